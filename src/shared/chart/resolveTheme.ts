import type { Theme } from './theme';

/**
 * The theme with every CSS variable replaced by its value, for files: nothing there knows the editor's variables.
 * Colours that let the background through are mixed with it, because not every reader of SVG knows transparency in
 * colours. The background is painted.
 * @param computed the computed value of a variable ("--vscode-foreground"); empty where it is not set.
 */
export function resolvedTheme(theme: Theme, computed: (variable: string) => string): Theme {
  const background = opaque(resolved(theme.background, computed), '#ffffff');
  const colour = (value: string) => opaque(resolved(value, computed), background);
  return {
    background,
    paintsBackground: true,
    ink: colour(theme.ink),
    muted: colour(theme.muted),
    axis: colour(theme.axis),
    grid: colour(theme.grid),
    baseline: colour(theme.baseline),
    series: theme.series.map(colour),
    font: resolved(theme.font, computed),
  };
}

/** The value of "var(--name, fallback)"; other text as it is. */
function resolved(text: string, computed: (variable: string) => string): string {
  const parts = /^var\((--[\w-]+)(?:,\s*(.*))?\)$/s.exec(text.trim());
  if (!parts) return text.trim();
  const [, name = '', fallback = ''] = parts;
  return resolved(computed(name).trim() || fallback, computed);
}

interface Colour {
  /** Red, green and blue, 0 … 255. */
  readonly rgb: readonly number[];
  /** 0 … 1. */
  readonly alpha: number;
}

function opaque(text: string, background: string): string {
  const colour = parsed(text);
  if (!colour || colour.alpha >= 1) return text;
  const below = parsed(background)?.rgb ?? [255, 255, 255];
  const mixed = colour.rgb.map((value, i) => Math.round(value * colour.alpha + (below[i] ?? 0) * (1 - colour.alpha)));
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

/** "#rgb", "#rgba", "#rrggbb", "#rrggbbaa", "rgb(…)", "rgba(…)"; null for anything else, such as a colour's name. */
function parsed(text: string): Colour | null {
  const hex = /^#([0-9a-f]{3,8})$/i.exec(text)?.[1];
  if (hex && hex.length !== 5 && hex.length !== 7) {
    const digits = hex.length < 6 ? [...hex].map((digit) => digit + digit) : (hex.match(/../g) ?? []);
    const values = digits.map((pair) => Number.parseInt(pair, 16));
    return { rgb: values.slice(0, 3), alpha: (values[3] ?? 255) / 255 };
  }
  const inside = /^rgba?\(([^)]*)\)$/i.exec(text)?.[1];
  if (inside === undefined) return null;
  const [red, green, blue, alpha = '1'] = inside.split(/[\s,/]+/).filter(Boolean);
  const colour: Colour = {
    rgb: [red, green, blue].map(Number),
    alpha: alpha.endsWith('%') ? Number.parseFloat(alpha) / 100 : Number(alpha),
  };
  return [...colour.rgb, colour.alpha].some(Number.isNaN) ? null : colour;
}
