import { black, hex, mix } from '../colour';
import type { Frame } from '../frame';
import type { Landmarks } from '../landmarks';
import type { FaceParameters } from '../parameters';
import { element, loop, type Point } from '../svg';
import { type Palette, spot } from './palette';
import { fill, stroke } from './pen';

/** The head's outline, wider by `grow` all round: [right half from the crown to the chin], mirrored. */
export function headOutline(frame: Frame, marks: Landmarks, grow = 0): Point[] {
  const { width, jaw, chin, chinY, crownY } = marks.head;
  const w = width + grow;
  const half: [number, number, number][] = [
    [0.57 * w, crownY + 13 - grow * 0.8, -6],
    [0.91 * w, crownY + 52 - grow * 0.4, -4],
    [w, -20, 0],
    [0.965 * w, 22, 4],
    [jaw + grow, 0.58 * chinY, 14],
    [chin * 1.75 + grow * 0.6, chinY - 14 + grow * 0.5, 30],
    [chin * 0.72, chinY - 1 + grow, 38],
  ];
  return [
    frame.at(0, crownY - grow, -6),
    ...half.map(([x, y, z]) => frame.at(x, y, z)),
    ...half.reverse().map(([x, y, z]) => frame.at(-x, y, z)),
  ];
}

/** Neck and collar, behind the head. */
export function drawNeck(frame: Frame, marks: Landmarks, face: FaceParameters, skin: Palette): string {
  const { jaw } = marks.head;
  const neck = Math.min(jaw * 0.86, 58);
  const place = (x: number, y: number): Point => frame.at(x, y, -22);
  const [left, right] = [place(-neck, 50), place(neck, 50)];
  const path = `M${left.join(' ')}L${place(-neck - 4, 190).join(' ')}L${place(neck + 4, 190).join(' ')}L${right.join(' ')}Z`;
  const collar = loop([
    place(-230, 230),
    place(-150, 158),
    place(-neck - 6, 126),
    place(0, 168),
    place(neck + 6, 126),
    place(150, 158),
    place(230, 230),
  ]);
  const chin = frame.at(0, marks.head.chinY, 10);
  return (
    fill(path, skin.shade) +
    spot('spot-deep', [chin[0], chin[1] - 4], neck * 1.4, 34, 0.75) +
    fill(collar, face.scene.clothes) +
    stroke([place(-neck - 6, 126), place(0, 160), place(neck + 6, 126)], mix(face.scene.clothes, black, 0.35), 3, 0.6)
  );
}

/** Ears, behind the head. */
export function drawEars(frame: Frame, marks: Landmarks, size: number, skin: Palette): string {
  return [-1, 1]
    .map((side) => {
      const p = (x: number, y: number): Point => frame.at(side * (marks.head.width + x * size), 4 + y * size, -14);
      const outer = loop([p(-8, -22), p(4, -26), p(11, -18), p(10, -2), p(5, 14), p(-1, 22), p(-8, 16)]);
      return (
        fill(outer, mix(skin.skin, skin.shade, 0.45)) +
        stroke([p(1, -17), p(6, -11), p(3, 3), p(-1, 9)], skin.deep, 1.6, 0.6)
      );
    })
    .join('');
}

/** The head itself with its shading. Expects the clip path `head` of the same outline. */
export function drawHead(frame: Frame, marks: Landmarks, face: FaceParameters, skin: Palette): string {
  const { direction, strength } = face.light;
  const outline = loop(headOutline(frame, marks));
  const [cx, cy] = frame.on(direction[0] * 34, -8 + direction[1] * 26);
  const stop = (offset: number, c: Palette['skin']): string => element('stop', { offset, 'stop-color': hex(c) });
  const volume = element(
    'radialGradient',
    { id: 'volume', gradientUnits: 'userSpaceOnUse', cx, cy, r: 134 },
    stop(0, mix(skin.skin, skin.bright, 0.35 + 0.5 * strength)) +
      stop(0.5, skin.skin) +
      stop(0.82, mix(skin.skin, skin.shade, 0.45 + 0.4 * strength)) +
      stop(1, mix(skin.shade, skin.deep, 0.5 * strength)),
  );
  const sockets = marks.eyes
    .map(({ centre: [x, y] }) => spot('spot-shade', frame.on(x * 0.93, y - 5), 25, 19, 0.5))
    .join('');
  const forehead = spot('spot-bright', frame.on(10 * direction[0], -72), 46, 26, 0.4 + 0.2 * strength);
  return volume + element('path', { d: outline, fill: 'url(#volume)' }) + sockets + forehead;
}
