/**
 * Colours of a chart. 'light', 'dark' and 'transparent' are fixed, for files; 'vscode' names CSS variables with fallbacks, so that a
 * chart in an editor follows the theme without inline styles (its content security policy forbids them).
 */
export type ChartTheme = 'light' | 'dark' | 'transparent' | 'vscode';

export interface Theme {
  readonly background: string;
  /** False where the surroundings paint the background. */
  readonly paintsBackground: boolean;
  readonly ink: string;
  readonly muted: string;
  readonly axis: string;
  readonly grid: string;
  readonly baseline: string;
  readonly series: readonly string[];
  readonly font: string;
}

/**
 * Twelve colours whose first ones differ most. Chosen so that they also differ under simulated protanopia and
 * deuteranopia (Machado, Oliveira & Fernandes 2009), mostly by lightness, with a contrast of at least 3 : 1 to the
 * background. Dash, marker and label carry the same information.
 */
const lightSeries = [
  '#0b6fb8',
  '#d9540b',
  '#7f0247',
  '#c07a69',
  '#62340e',
  '#3598b6',
  '#1732a3',
  '#3e81fe',
  '#d24080',
  '#a14049',
  '#3a9d31',
  '#71197b',
];
const darkSeries = [
  '#4ea8f0',
  '#ff8a4c',
  '#63e8b8',
  '#d9505f',
  '#6de6ff',
  '#b06aa0',
  '#2f7fe8',
  '#ffdc4c',
  '#4fb8a4',
  '#b57420',
  '#f6d892',
  '#d060c4',
];

/** Colours in the palette; a series beyond them takes the first colour again, with another dash. */
export const paletteSize = lightSeries.length;

const font = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif";

const light: Theme = {
  background: '#ffffff',
  paintsBackground: true,
  ink: '#1c1f24',
  muted: '#5c6370',
  axis: '#8a919c',
  grid: '#e7e9ed',
  baseline: '#5f6672',
  series: lightSeries,
  font,
};

const dark: Theme = {
  background: '#1b1d21',
  paintsBackground: true,
  ink: '#eceef1',
  muted: '#a3abb8',
  axis: '#6c7480',
  grid: '#2e3238',
  baseline: '#b3bac6',
  series: darkSeries,
  font,
};

const vscode: Theme = {
  background: 'var(--vscode-editor-background, #ffffff)',
  paintsBackground: false,
  ink: 'var(--vscode-editor-foreground, #1c1f24)',
  muted: 'var(--vscode-descriptionForeground, #5c6370)',
  axis: 'var(--vscode-charts-lines, #8a919c)',
  grid: 'var(--vscode-editorIndentGuide-background1, #e7e9ed)',
  baseline: 'var(--warmstart-baseline, var(--vscode-descriptionForeground, #5f6672))',
  series: lightSeries.map((colour, i) => `var(--warmstart-series-${i + 1}, ${colour})`),
  font: 'var(--vscode-font-family, sans-serif)',
};

/** For a white page that paints its own background. */
const transparent: Theme = { ...light, paintsBackground: false };

const themes = { light, dark, transparent, vscode } satisfies Record<ChartTheme, Theme>;

export const themeOf = (name: ChartTheme): Theme => themes[name];

const variables = (theme: Theme): string =>
  [
    ...theme.series.map((colour, i) => `--warmstart-series-${i + 1}: ${colour};`),
    `--warmstart-baseline: ${theme.baseline};`,
  ].join(' ');

/**
 * Style sheet for charts of the theme 'vscode': the palette that fits the kind of colour theme that VS Code names on
 * the body, bands as outlines in high contrast (which has no faint areas), and the rings of points under the pointer or the keyboard.
 */
export const chartStyleSheet = `
body.vscode-light, body.vscode-high-contrast-light { ${variables(light)} }
body.vscode-dark, body.vscode-high-contrast:not(.vscode-high-contrast-light) { ${variables(dark)} }
body.vscode-high-contrast .warmstart-chart .grid, body.vscode-high-contrast-light .warmstart-chart .grid { display: none; }
body.vscode-high-contrast .warmstart-chart path.band, body.vscode-high-contrast-light .warmstart-chart path.band { fill-opacity: 0; stroke-width: 1; stroke-dasharray: 1 3; }
.warmstart-chart .point:focus { outline: none; stroke: var(--vscode-focusBorder); stroke-width: 3; }
.warmstart-chart .point:hover { stroke: var(--vscode-editor-foreground); }
`;
