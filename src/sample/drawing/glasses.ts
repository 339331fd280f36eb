import { hex } from '../colour';
import type { Frame } from '../frame';
import type { Glasses } from '../identity';
import type { Landmarks } from '../landmarks';
import { element, loop, type Point } from '../svg';
import { stroke } from './pen';

const forms = {
  round: { width: 22, height: 21, corner: 0.72 },
  square: { width: 24, height: 18, corner: 0.88 },
  wide: { width: 26, height: 15, corner: 0.84 },
} as const;

/** Glasses in front of the eyes; `corner` 0.71 is a circle, 1 a rectangle. */
export function drawGlasses(frame: Frame, marks: Landmarks, glasses: Glasses): string {
  const { width, height, corner } = forms[glasses.form];
  const lift = 12;
  const lenses = marks.eyes.map(({ centre: [x, y] }) => {
    const p = (dx: number, dy: number): Point => frame.on(x + dx * width, y + 2 + dy * height, lift);
    const d = loop([
      p(0, -1),
      p(corner, -corner),
      p(1, 0),
      p(corner, corner),
      p(0, 1),
      p(-corner, corner),
      p(-1, 0),
      p(-corner, -corner),
    ]);
    const glare = stroke([p(-0.55, 0.15), p(-0.2, -0.5)], [255, 255, 255], 3, 0.3);
    return (
      element('path', {
        d,
        fill: '#10141c',
        'fill-opacity': glasses.tint,
        stroke: hex(glasses.colour),
        'stroke-width': glasses.weight,
      }) + glare
    );
  });
  const [left, right] = marks.eyes.map(({ centre }) => centre);
  const bridge = stroke(
    [
      frame.on(left[0] + width, left[1], lift),
      frame.on(0, left[1] - 4, lift),
      frame.on(right[0] - width, right[1], lift),
    ],
    glasses.colour,
    glasses.weight,
  );
  const arms = [-1, 1]
    .map((side) => {
      const [x, y] = side < 0 ? left : right;
      return stroke(
        [frame.on(x + side * width, y - 2, lift), frame.at(side * marks.head.width * 1.02, y - 5, -4)],
        glasses.colour,
        glasses.weight,
      );
    })
    .join('');
  return lenses.join('') + bridge + arms;
}
