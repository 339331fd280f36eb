import { black, type Colour, hex, mix, white } from '../colour';
import type { Frame } from '../frame';
import type { Landmarks } from '../landmarks';
import { element, loop, type Point } from '../svg';
import { stroke } from './pen';

/** A scarf around head and neck that leaves the face free; its opening follows the jaw. */
export function drawHeadscarf(frame: Frame, marks: Landmarks, cloth: Colour): string {
  const { width: w, chinY, crownY, jaw } = marks.head;
  const mirrored = (half: readonly (readonly [number, number, number])[]): Point[] => [
    ...half.map(([x, y, z]) => frame.at(x, y, z)),
    ...[...half].reverse().map(([x, y, z]) => frame.at(-x, y, z)),
  ];
  const outside = mirrored([
    [20, crownY - 15, -6],
    [0.8 * w, crownY + 16, -8],
    [w + 15, -38, -8],
    [w + 16, 40, -8],
    [jaw + 44, 130, -6],
    [70, 210, 0],
  ]);
  const opening = mirrored([
    [0.3 * w, crownY + 36, 44],
    [0.76 * w, crownY + 58, 26],
    [0.92 * w, -12, 14],
    [0.88 * w, 34, 16],
    [0.74 * jaw, 0.8 * chinY, 26],
    [16, chinY + 1, 38],
  ]);
  const shadow = mix(cloth, black, 0.4);
  const cloths = element('path', { d: loop(outside) + loop(opening), fill: hex(cloth), 'fill-rule': 'evenodd' });
  const folds = [-1, 1]
    .map(
      (side) =>
        stroke(
          [
            frame.at(side * 0.5 * w, crownY + 10, 0),
            frame.at(side * (w + 2), -20, 0),
            frame.at(side * (jaw + 24), 80, 0),
            frame.at(side * 24, 132, 10),
          ],
          shadow,
          2.6,
          0.4,
        ) +
        stroke(
          [frame.at(side * (w + 10), 10, -4), frame.at(side * (jaw + 30), 96, 0), frame.at(side * 30, 160, 8)],
          mix(cloth, white, 0.3),
          2,
          0.3,
        ),
    )
    .join('');
  return (
    cloths +
    element('path', { d: loop(opening), fill: 'none', stroke: hex(shadow), 'stroke-width': 3, opacity: 0.45 }) +
    folds
  );
}
