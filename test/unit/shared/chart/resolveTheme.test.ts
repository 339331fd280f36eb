import { describe, expect, it } from 'vitest';
import { renderCurveChart } from '../../../../src/shared/chart/render';
import { resolvedTheme } from '../../../../src/shared/chart/resolveTheme';
import { themeOf } from '../../../../src/shared/chart/theme';
import { eight } from './charts';

const values: Readonly<Record<string, string>> = {
  '--vscode-editor-background': '#202020',
  '--vscode-editor-foreground': ' #cccccc ',
  '--vscode-charts-lines': 'rgba(255, 255, 255, 0.5)',
  '--vscode-editorIndentGuide-background1': '#ffffff80',
  '--vscode-descriptionForeground': 'rgb(255 255 255 / 25%)',
  '--warmstart-series-1': '#f00',
  '--vscode-font-family': '"Segoe UI", sans-serif',
};
const theme = resolvedTheme(themeOf('vscode'), (variable) => values[variable] ?? '');

describe('resolvedTheme', () => {
  it("takes the editor's colours, and the fallback where there is none", () => {
    expect(theme).toMatchObject({ background: '#202020', paintsBackground: true, ink: '#cccccc' });
    expect(theme.series.slice(0, 2)).toEqual(['#f00', themeOf('light').series[1]]);
    expect(theme.font).toBe('"Segoe UI", sans-serif');
  });

  it('mixes colours that let the background through with it', () => {
    expect(theme.axis).toBe('#909090');
    expect(theme.grid).toBe('#909090');
    expect(theme.muted).toBe('#585858');
    expect(theme.baseline).toBe('#585858'); // through a variable in a fallback
  });

  it('leaves no variable in a picture', () => {
    const svg = renderCurveChart(eight, { theme });
    expect(svg).not.toContain('var(');
    expect(svg).toContain('class="background"');
  });
});

it('draws the plot alone for a page with its own title and legend', () => {
  const svg = renderCurveChart(eight, { bare: true, width: 500, height: 300 });
  expect(svg).toContain('viewBox="0 0 500 300"');
  expect(svg).not.toMatch(/class="(heading|legend|footnote)"/);
});
