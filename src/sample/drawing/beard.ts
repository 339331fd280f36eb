import { colour, mix } from '../colour';
import type { Frame } from '../frame';
import type { Landmarks } from '../landmarks';
import type { FaceParameters } from '../parameters';
import { loop, type Point, shape } from '../svg';
import { fill } from './pen';

/** Beard and moustache. Drawn before the mouth; they move with its corners and with the jaw. */
export function drawBeard(frame: Frame, marks: Landmarks, face: FaceParameters): string {
  const { kind, density } = face.identity.beard;
  if (kind === 'none') return '';
  const { mouth, nose, head } = marks;
  const hair = mix(
    face.identity.hair.style === 'headscarf' ? face.identity.brows.colour : face.identity.hair.colour,
    colour('#1c1512'),
    0.3,
  );
  const base = nose.wingY + 5;
  const [left, right] = [mouth.left, mouth.right];
  const moustache = fill(
    shape(
      frame.all(
        [
          [Math.min(left[0], -25) - 4, left[1] - 1],
          [Math.min(left[0], -25) * 0.62, base + 6.5],
          [-5, base + 3.5],
          [0, base + 5],
          [5, base + 3.5],
          [Math.max(right[0], 25) * 0.62, base + 6.5],
          [Math.max(right[0], 25) + 4, right[1] - 1],
        ],
        6,
      ),
      frame.all([...mouth.upperOuter].reverse(), 6),
    ),
    hair,
    0.92 * density,
  );
  if (kind === 'moustache') return moustache;
  if (kind === 'goatee') {
    const chin = shape(
      frame.all(
        [
          [left[0] - 4, left[1] - 2],
          [left[0] * 1.02 - 5, left[1] + 14],
          [-head.chin * 1.25, head.chinY - 12],
        ],
        4,
      ),
      [
        frame.at(-head.chin * 0.8, head.chinY + 3, 36),
        frame.at(0, head.chinY + 8, 40),
        frame.at(head.chin * 0.8, head.chinY + 3, 36),
      ],
      frame.all(
        [
          [head.chin * 1.25, head.chinY - 12],
          [right[0] * 1.02 + 5, right[1] + 14],
          [right[0] + 4, right[1] - 2],
        ],
        4,
      ),
      frame.all([...mouth.lowerOuter].reverse(), 4),
    );
    return fill(chin, hair, 0.88 * density) + moustache;
  }

  const w = head.width;
  const grow = kind === 'full' ? 5 : 0;
  const side = (s: number): Point[] => [
    frame.at(s * (0.985 * w), 2, 4),
    frame.at(s * (0.97 * w + grow * 0.3), 26, 5),
    frame.at(s * (head.jaw + grow), 0.58 * head.chinY, 14),
    frame.at(s * (head.chin * 1.75 + grow), head.chinY - 14 + grow, 30),
    frame.at(s * head.chin * 0.72, head.chinY + grow, 38),
  ];
  const cheek = (s: number, corner: Point): Point[] => [
    frame.on(s * 0.93 * w, 6),
    frame.on(s * 0.84 * w, 30),
    frame.on(s * 0.66 * w, 47),
    frame.on(corner[0] + s * 9, corner[1] - 9),
    frame.on(corner[0] * 0.55, base + 6),
  ];
  const jaw = shape(
    [...side(-1), ...side(1).reverse()],
    [...cheek(1, right), frame.on(0, base + 5), ...cheek(-1, left).reverse()],
  );
  if (kind === 'stubble') return fill(jaw, mix(hair, colour('#2a2c33'), 0.4), 0.3 * density);
  const patch = fill(
    loop(
      frame.all(
        [
          [-7, mouth.lowerOuter[2][1] + 5],
          [0, mouth.lowerOuter[2][1] + 2],
          [7, mouth.lowerOuter[2][1] + 5],
          [0, mouth.lowerOuter[2][1] + 12],
        ],
        4,
      ),
    ),
    hair,
    0.5,
  );
  return fill(jaw, hair, 0.72 + 0.24 * density) + patch + moustache;
}
