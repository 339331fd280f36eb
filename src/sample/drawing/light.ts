import type { FaceParameters } from '../parameters';
import type { Light } from '../situation';
import { element } from '../svg';

/** Light over the whole person from one side. */
export function drawLight(face: FaceParameters): string {
  const { direction, strength } = face.light;
  const [x, y] = direction;
  const stop = (offset: number, colour: string, opacity: number): string =>
    element('stop', { offset, 'stop-color': colour, 'stop-opacity': opacity });
  const gradient = element(
    'linearGradient',
    { id: 'side', x1: 0.5 + 0.5 * x, y1: 0.5 + 0.5 * y, x2: 0.5 - 0.5 * x, y2: 0.5 - 0.5 * y },
    stop(0, '#ffffff', 0.22 * strength) +
      stop(0.4, '#ffffff', 0) +
      stop(0.5, '#000000', 0) +
      stop(1, '#0a0512', 0.62 * strength),
  );
  return gradient + element('rect', { x: -128, y: -128, width: 256, height: 256, fill: 'url(#side)' });
}

/** A shadow that falls on the head. Expects the clip path `head`. */
export function drawShadow({ shadow }: Light): string {
  if (shadow === undefined) return '';
  const { angle, distance, softness, depth } = shadow;
  const stop = (offset: number, opacity: number): string =>
    element('stop', { offset, 'stop-color': '#0a0610', 'stop-opacity': opacity });
  const radians = (angle * Math.PI) / 180;
  const at = (along: number): [x: number, y: number] => [along * Math.cos(radians), along * Math.sin(radians)];
  const [x1, y1] = at(distance - softness / 2);
  const [x2, y2] = at(distance + softness / 2);
  const gradient = element(
    'linearGradient',
    { id: 'shadow', gradientUnits: 'userSpaceOnUse', x1, y1, x2, y2 },
    stop(0, 0) + stop(1, depth),
  );
  const dark = element('rect', { x: -200, y: -200, width: 400, height: 400, fill: 'url(#shadow)' });
  return gradient + element('g', { 'clip-path': 'url(#head)' }, dark);
}
