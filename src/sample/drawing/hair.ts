import { Random } from '../../engine/numeric/random';
import { black, type Colour, hex, mix, white } from '../colour';
import type { Frame } from '../frame';
import type { HairStyle } from '../identity';
import type { Landmarks } from '../landmarks';
import type { FaceParameters } from '../parameters';
import { element, loop, type Point, shape } from '../svg';
import { drawHeadscarf } from './headscarf';
import { fill, stroke } from './pen';

/** How far each style stands off the skull, and how far down it reaches at the sides, face units. */
const cuts: Record<Exclude<HairStyle, 'bald' | 'headscarf'>, { readonly volume: number; readonly sides: number }> = {
  buzz: { volume: 1.5, sides: -12 },
  short: { volume: 8, sides: -8 },
  sidePart: { volume: 11, sides: -4 },
  fringe: { volume: 10, sides: 0 },
  receding: { volume: 5, sides: -2 },
  curly: { volume: 12, sides: -14 },
  afro: { volume: 18, sides: -8 },
  bob: { volume: 11, sides: 62 },
  long: { volume: 10, sides: 132 },
  bun: { volume: 4, sides: -6 },
};

/** The hairline from the picture's right temple to the left one; x in half head widths, y from the crown. */
function hairline(style: HairStyle, parting: number, random: Random): [x: number, y: number][] {
  const ragged = (points: [number, number][], amount: number): [number, number][] =>
    points.map(([x, y]) => [x, y + random.between(-amount, amount)]);
  const towards = parting < 0 ? -1 : 1;
  const swept = (points: [number, number][]): [number, number][] =>
    towards > 0 ? points : points.map(([x, y]): [number, number] => [-x, y]).reverse();
  switch (style) {
    case 'sidePart':
      return swept([
        [0.84, 52],
        [0.7, 32],
        [Math.abs(parting) * 0.7, 20],
        [0.05, 34],
        [-0.4, 44],
        [-0.72, 54],
        [-0.88, 70],
      ]);
    case 'fringe': {
      const low = random.between(46, 62);
      return ragged(
        [
          [0.92, low + 8],
          [0.66, low],
          [0.44, low - 3],
          [0.22, low],
          [0, low - 4],
          [-0.22, low],
          [-0.44, low - 3],
          [-0.66, low],
          [-0.92, low + 8],
        ],
        5,
      );
    }
    case 'receding':
      return [
        [0.9, 56],
        [0.78, 30],
        [0.52, 14],
        [0.22, 24],
        [0, 30],
        [-0.22, 24],
        [-0.52, 14],
        [-0.78, 30],
        [-0.9, 56],
      ];
    case 'bob':
    case 'long':
      return swept([
        [0.93, 92],
        [0.84, 58],
        [0.64, 36],
        [Math.abs(parting) * 0.5, 17],
        [0, 27],
        [-0.5, 42],
        [-0.82, 64],
        [-0.94, 96],
      ]);
    case 'bun':
      return [
        [0.88, 56],
        [0.66, 34],
        [0.3, 24],
        [0, 22],
        [-0.3, 24],
        [-0.66, 34],
        [-0.88, 56],
      ];
    default:
      return ragged(
        [
          [0.88, 54],
          [0.7, 40],
          [0.36, 36],
          [0, 34],
          [-0.36, 36],
          [-0.7, 40],
          [-0.88, 54],
        ],
        3,
      );
  }
}

/** The right half of the hair's outer edge from the side up to the crown. */
function outerHalf(marks: Landmarks, volume: number, sides: number): [number, number][] {
  const { width: w, crownY } = marks.head;
  const side: [number, number][] =
    sides > 20
      ? [
          [w + volume * 0.5, sides],
          [w + volume * 1.25, sides * 0.5],
          [w + volume, -18],
        ]
      : [
          [w + volume * 0.25, sides],
          [w + volume * 0.6, -34],
        ];
  return [...side, [0.9 * w + volume * 0.8, crownY + 42], [0.55 * w + volume * 0.45, crownY + 8 - volume * 0.75]];
}

function outerEdge(frame: Frame, marks: Landmarks, volume: number, sides: number, z: number): Point[] {
  const half = outerHalf(marks, volume, sides);
  return [
    ...half.map(([x, y]) => frame.at(-x, y, z)),
    frame.at(0, marks.head.crownY - volume, z),
    ...[...half].reverse().map(([x, y]) => frame.at(x, y, z)),
  ];
}

const curls = (points: readonly Point[], radius: number, hair: Colour, random: Random): string =>
  points
    .map(([x, y]) =>
      element('circle', {
        cx: x + random.between(-3, 3),
        cy: y + random.between(-3, 3),
        r: radius * random.between(0.75, 1.25),
        fill: hex(mix(hair, random.chance(0.5) ? white : black, random.between(0, 0.1))),
      }),
    )
    .join('');

/** Points along a polyline, about `step` apart. */
function along(points: readonly Point[], step: number): Point[] {
  const out: Point[] = [];
  for (let i = 0; i + 1 < points.length; i++) {
    const [a, b] = [points[i], points[i + 1]];
    const n = Math.max(1, Math.round(Math.hypot(b[0] - a[0], b[1] - a[1]) / step));
    for (let k = 0; k < n; k++) out.push([a[0] + ((b[0] - a[0]) * k) / n, a[1] + ((b[1] - a[1]) * k) / n]);
  }
  return out;
}

/** Hair behind the head. */
export function drawHairBehind(frame: Frame, marks: Landmarks, face: FaceParameters): string {
  const { style, colour: hair, volume, pattern } = face.identity.hair;
  const { width: w, crownY } = marks.head;
  if (style === 'bald' || style === 'headscarf') return '';
  const dark = mix(hair, black, 0.28);
  // The skull's own hair fills what a turned head uncovers between the hairline and the outer edge.
  const skull =
    style === 'buzz'
      ? ''
      : fill(shape(outerEdge(frame, marks, cuts[style].volume * (0.6 + 0.6 * volume), -22, -6)), dark);
  if (style === 'long' || style === 'bob') {
    const { volume: off, sides } = cuts[style];
    const v = off * (0.6 + 0.6 * volume);
    const edge = outerEdge(frame, marks, v + 3, sides, -20);
    return skull + fill(shape(edge, [edge[edge.length - 1], frame.at(0, sides + 10, -30), edge[0]]), dark);
  }
  if (style === 'afro') {
    const r = w + 14 + 18 * volume;
    const ring = Array.from({ length: 22 }, (_, i) => {
      const angle = (i / 22) * 2 * Math.PI;
      return frame.at(Math.sin(angle) * r, crownY + 76 - Math.cos(angle) * r * 0.95, -14);
    });
    return fill(loop(ring), dark) + skull + curls(ring, 15, dark, Random.stream(pattern, 'afro'));
  }
  if (style === 'bun') {
    const [cx, cy] = frame.at(0, crownY - 12, -30);
    return element('circle', { cx, cy, r: 22 + 8 * volume, fill: hex(dark) }) + skull;
  }
  return skull;
}

/** Hair in front of the head and the brows. */
export function drawHair(frame: Frame, marks: Landmarks, face: FaceParameters): string {
  const { style, colour: hair, volume, parting, pattern } = face.identity.hair;
  if (style === 'bald') return '';
  if (style === 'headscarf') return drawHeadscarf(frame, marks, hair);
  const random = Random.stream(pattern, 'hair');
  const { width: w, crownY } = marks.head;
  const cut = cuts[style];
  const v = cut.volume * (0.6 + 0.6 * volume);
  const outer = outerEdge(frame, marks, v, cut.sides, -4);
  const line = hairline(style, parting, random).map(([x, y]) => frame.on(x * w, crownY + y, 2));
  const hanging = cut.sides > 20;
  /** Where the hair meets the cheek on one side. */
  const inner = (side: number): Point[] =>
    hanging
      ? [frame.at(side * (w + 1), cut.sides - 2, 4), frame.at(side * 0.97 * w, 34, 8), frame.at(side * 0.96 * w, 2, 8)]
      : [frame.at(side * (w - 1), cut.sides + 2, 2), frame.at(side * 0.95 * w, -30, 6)];
  const edge = [...inner(1), ...line, ...inner(-1).reverse()];
  const cap = fill(shape(outer, edge), hair, style === 'buzz' ? 0.62 : 1);
  if (style === 'buzz') return cap;
  if (style === 'curly' || style === 'afro')
    return cap + curls(along(outer, 14), 10 + 3 * volume, hair, random) + curls(along(line, 13), 7, hair, random);

  const start = frame.at(parting * 0.4 * w, crownY + 6, 4);
  const strands = Array.from({ length: 9 }, (_, i) => {
    const end = line[Math.floor((i / 9) * line.length)];
    const bend: Point = [(start[0] + end[0]) / 2 + (end[0] - start[0]) * 0.24, (start[1] + end[1]) / 2 - 12];
    const tone = random.chance(0.5) ? mix(hair, white, 0.14) : mix(hair, black, 0.35);
    return stroke([start, bend, [end[0], end[1] - 3]], tone, random.between(1.2, 2.6), 0.4);
  }).join('');
  return cap + strands + stroke(line, mix(hair, black, 0.45), 1.6, 0.35);
}
