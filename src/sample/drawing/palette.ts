import { black, type Colour, colour, hex, mix, white } from '../colour';
import { element } from '../svg';

/** The colours of one person's skin under the light. */
export interface Palette {
  readonly skin: Colour;
  readonly bright: Colour;
  readonly shade: Colour;
  readonly deep: Colour;
  /** Lines drawn on the skin: lids, folds, nostrils. */
  readonly line: Colour;
}

export function palette(skin: Colour): Palette {
  const shade = mix(skin, colour('#5b1f16'), 0.3);
  return {
    skin,
    bright: mix(skin, white, 0.24),
    shade,
    deep: mix(skin, colour('#3a120d'), 0.52),
    line: mix(mix(skin, colour('#2c0f0b'), 0.72), black, 0.12),
  };
}

/** Gradients that fade out from the middle, one a colour; `spot` fills an ellipse with one of them. */
export function spotGradients(colours: Readonly<Record<string, Colour>>): string {
  return Object.entries(colours)
    .map(([id, c]) => {
      const stop = (offset: number, opacity: number): string =>
        element('stop', { offset, 'stop-color': hex(c), 'stop-opacity': opacity });
      return element('radialGradient', { id }, stop(0, 1) + stop(0.45, 0.55) + stop(1, 0));
    })
    .join('');
}

/** A soft ellipse. */
export function spot(id: string, [x, y]: readonly [number, number], rx: number, ry: number, opacity: number): string {
  if (opacity <= 0.01) return '';
  return element('ellipse', { cx: x, cy: y, rx, ry, fill: `url(#${id})`, opacity });
}
