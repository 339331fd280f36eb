import { black, colour, hex, mix, white } from '../colour';
import type { Frame } from '../frame';
import type { BrowMarks, EyeMarks } from '../landmarks';
import type { FaceParameters } from '../parameters';
import { element, type Point, shape } from '../svg';
import type { Palette } from './palette';
import { fill, stroke } from './pen';

/** Points of the upper and the lower lid from the inner to the outer corner. */
function lids(frame: Frame, eye: EyeMarks): { upper: Point[]; lower: Point[] } {
  const { side, centre, halfWidth, upperLid, lowerLid, peak, slant } = eye;
  /** t from −1 (inner corner) to 1 (outer corner). */
  const point = (t: number, height: number): Point =>
    frame.on(centre[0] + side * t * halfWidth, centre[1] - (slant * t) / 2 - height, 2);
  const upperAt = (t: number): number => upperLid * (1 - t * t) ** 0.62 * (1 + 0.35 * peak * t);
  const lowerAt = (t: number): number => -lowerLid * (1 - t * t) ** 0.75;
  return {
    upper: [-1, -0.68, -0.25, 0.25, 0.68, 1].map((t) => point(t, upperAt(t) + (t === -1 ? -0.8 : 0))),
    lower: [-1, -0.5, 0.1, 0.6, 1].map((t) => point(t, lowerAt(t) + (t === -1 ? -0.8 : 0))),
  };
}

function drawEye(frame: Frame, eye: EyeMarks, face: FaceParameters, skin: Palette): string {
  const { lashes, crease, iris } = face.identity.eyes;
  const { upper, lower } = lids(frame, eye);
  const raised = (points: readonly Point[], dy: number): Point[] => points.map(([x, y]) => [x, y + dy]);
  const lash = mix(skin.line, black, 0.35 + 0.5 * lashes);
  const age = Math.max(0, (face.identity.age - 30) / 45);
  const bag = stroke(
    raised(lower.slice(1, 4), 5.5),
    skin.deep,
    1.6,
    0.12 + 0.45 * age + 0.5 * (face.units.cheekRaiser ?? 0),
  );
  const fold = stroke(
    raised(upper.slice(1), -3.6 - 0.28 * Math.max(0, eye.upperLid)),
    skin.deep,
    1.5,
    0.25 + 0.5 * crease,
  );
  if (eye.upperLid < 0) return bag + fold + stroke(raised(upper, 3), lash, 2.6 + lashes);

  const id = eye.side < 0 ? 'eye-left' : 'eye-right';
  const opening = shape(upper, [...lower].reverse());
  const [gazeX, gazeY] = face.pose.gaze;
  const radius = 8.9 * (0.5 + 0.5 * face.identity.eyes.width);
  const [x, y] = frame.on(eye.centre[0] + gazeX * 5, eye.centre[1] - 1.4 + gazeY * 2.2, 2);
  const disc = (cx: number, cy: number, r: number, c: string, opacity = 1): string =>
    element('circle', { cx, cy, r, fill: c, opacity });
  const ball =
    fill(opening, mix(white, skin.skin, 0.1)) +
    disc(x, y, radius, hex(mix(iris, black, 0.55))) +
    disc(x, y, radius * 0.84, hex(iris)) +
    disc(x, y, radius * 0.46, '#0b0807') +
    stroke(raised(upper, 1.6), colour('#2a1510'), 3.4, 0.3) +
    disc(x + face.light.direction[0] * 3 - 0.6, y - 3, 2, '#ffffff', 0.95);
  const corner = lower[lower.length - 1];
  const wings =
    lashes > 0.35
      ? stroke([upper[4], corner, [corner[0] + eye.side * 4.5 * lashes, corner[1] - 3.2 * lashes]], lash, 1.8 * lashes)
      : '';
  return (
    bag +
    element('clipPath', { id }, element('path', { d: opening })) +
    element('g', { 'clip-path': `url(#${id})` }, ball) +
    stroke(lower, skin.line, 1.1, 0.55) +
    stroke(upper, lash, 2 + 1.4 * lashes) +
    wings +
    fold
  );
}

function drawBrow(frame: Frame, brow: BrowMarks, face: FaceParameters): string {
  const thickness = [0.8, 1.1, 0.9, 0.25].map((share) => share * brow.thickness);
  const edge = (sign: number): Point[] => brow.line.map(([x, y], i) => frame.on(x, y + sign * thickness[i], 3));
  const { colour: hair } = face.identity.brows;
  return fill(shape(edge(-1), edge(1).reverse()), hair, 0.93);
}

export function drawEyes(frame: Frame, eyes: readonly EyeMarks[], face: FaceParameters, skin: Palette): string {
  return eyes.map((eye) => drawEye(frame, eye, face, skin)).join('');
}

export function drawBrows(frame: Frame, brows: readonly BrowMarks[], face: FaceParameters): string {
  return brows.map((brow) => drawBrow(frame, brow, face)).join('');
}
