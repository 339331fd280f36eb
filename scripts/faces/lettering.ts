import { curve, element, num, type Point } from '../../src/sample/svg';

/** A letter as pen strokes: baseline at 0, x-height −6, ascenders −10, descenders 4. */
interface Glyph {
  readonly width: number;
  readonly strokes: readonly (readonly Point[])[];
}

const bowl: readonly Point[] = [
  [4.9, -4.6],
  [3.6, -5.9],
  [1.5, -5.7],
  [0.2, -3],
  [1.5, -0.3],
  [3.6, -0.1],
  [4.9, -1.4],
];
const arch: readonly Point[] = [
  [0.3, -4],
  [1.5, -5.6],
  [3, -6],
  [4.3, -5.2],
  [4.6, -3.6],
  [4.6, 0],
];
const stem = (x: number, top: number, bottom: number): readonly Point[] => [
  [x, top],
  [x, bottom],
];

/** Just the letters that the class names and the title need. */
const glyphs: Readonly<Record<string, Glyph>> = {
  a: { width: 5, strokes: [bowl, stem(4.9, -6, 0)] },
  c: {
    width: 4.6,
    strokes: [
      [
        [4.6, -4.8],
        [3, -6],
        [1, -5.2],
        [0.2, -3],
        [1, -0.8],
        [3, 0],
        [4.6, -1.2],
      ],
    ],
  },
  d: { width: 5, strokes: [bowl, stem(4.9, -10, 0)] },
  e: {
    width: 4.9,
    strokes: [
      [
        [0.3, -3.1],
        [4.8, -3.1],
      ],
      [
        [4.8, -3.1],
        [4.3, -5],
        [2.6, -6],
        [0.8, -5],
        [0.2, -3],
        [0.9, -0.9],
        [2.8, 0],
        [4.6, -1],
      ],
    ],
  },
  f: {
    width: 3.6,
    strokes: [
      [
        [3.9, -9.7],
        [2.6, -9.8],
        [1.8, -8.2],
        [1.8, 0],
      ],
      [
        [0.3, -6],
        [3.6, -6],
      ],
    ],
  },
  g: {
    width: 5,
    strokes: [
      bowl,
      [
        [4.9, -6],
        [4.9, 1.4],
        [4.2, 3.4],
        [2.4, 4],
        [0.7, 3.3],
      ],
    ],
  },
  h: { width: 4.8, strokes: [stem(0.3, -10, 0), arch] },
  i: { width: 1, strokes: [stem(0.5, -6, 0), stem(0.5, -8.7, -8.6)] },
  l: { width: 1, strokes: [stem(0.5, -10, 0)] },
  n: { width: 4.8, strokes: [stem(0.3, -6, 0), arch] },
  p: { width: 5, strokes: [stem(0.3, -6, 4), bowl.map(([x, y]): Point => [5.2 - x, y])] },
  r: {
    width: 3.3,
    strokes: [
      stem(0.3, -6, 0),
      [
        [0.3, -3.8],
        [1.4, -5.5],
        [3.2, -6],
      ],
    ],
  },
  s: {
    width: 4.5,
    strokes: [
      [
        [4.2, -5],
        [2.7, -6],
        [0.9, -5.4],
        [0.8, -3.9],
        [2.6, -3],
        [4.3, -2.1],
        [4.2, -0.6],
        [2.5, 0],
        [0.4, -1],
      ],
    ],
  },
  t: {
    width: 3.6,
    strokes: [
      [
        [1.6, -8.6],
        [1.6, -1.5],
        [2.3, -0.1],
        [3.6, -0.2],
      ],
      [
        [0.2, -6],
        [3.5, -6],
      ],
    ],
  },
  u: {
    width: 4.8,
    strokes: [
      [
        [0.3, -6],
        [0.3, -2.4],
        [0.8, -0.6],
        [2.1, 0],
        [3.6, -0.5],
        [4.6, -2],
      ],
      stem(4.6, -6, 0),
    ],
  },
  y: {
    width: 4.8,
    strokes: [
      [
        [0.1, -6],
        [2.5, -0.2],
      ],
      [
        [4.7, -6],
        [2.5, -0.2],
        [1.5, 2.8],
        [0.3, 3.8],
      ],
    ],
  },
  ' ': { width: 3, strokes: [] },
};

/**
 * Small letters drawn as lines, so that pictures with names look the same on machines without fonts. `height` is the
 * x-height in pixels; letters without a glyph are left out.
 */
export function lettering(text: string, x: number, baseline: number, height: number): string {
  const scale = height / 6;
  let at = 0;
  let path = '';
  for (const letter of text) {
    const glyph = glyphs[letter];
    if (!glyph) continue;
    for (const points of glyph.strokes) path += curve(points.map(([px, py]): Point => [at + px, py]));
    at += glyph.width + 1.7;
  }
  const transform = `translate(${num(x)} ${num(baseline)}) scale(${scale})`;
  return element('path', {
    d: path,
    transform,
    fill: 'none',
    stroke: '#333333',
    'stroke-width': 1.05,
    'stroke-linecap': 'round',
    'stroke-linejoin': 'round',
  });
}
