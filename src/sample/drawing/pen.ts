import { type Colour, hex } from '../colour';
import { curve, element, type Point } from '../svg';

/** A smooth line. Nothing at all when it would be invisible. */
export function stroke(points: readonly Point[], colour: Colour, width: number, opacity = 1): string {
  if (opacity <= 0.02 || width <= 0.05) return '';
  return element('path', {
    d: curve(points),
    fill: 'none',
    stroke: hex(colour),
    'stroke-width': width,
    'stroke-linecap': 'round',
    opacity: Math.min(1, opacity),
  });
}

/** A filled shape from path data. */
export function fill(path: string, colour: Colour, opacity = 1): string {
  return opacity <= 0.01 ? '' : element('path', { d: path, fill: hex(colour), opacity: Math.min(1, opacity) });
}
