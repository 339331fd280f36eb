import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { CurveChart } from '../../../../src/shared/chart/curve';
import { type ChartOptions, renderCurveChart } from '../../../../src/shared/chart/render';
import { stylesOf } from '../../../../src/shared/chart/seriesStyle';
import { textWidth } from '../../../../src/shared/chart/text';
import { type ChartTheme, chartStyleSheet, themeOf } from '../../../../src/shared/chart/theme';
import { cold, eight, empty, hostile, one, rising, twelve } from './charts';

const fixture = (name: string) => `../../../fixtures/chart/${name}.svg`;

/** Draws the SVG with librsvg, which refuses what is not well-formed XML. */
const drawn = async (svg: string) => (await sharp(Buffer.from(svg)).png().toBuffer({ resolveWithObject: true })).info;

const all = (svg: string, pattern: RegExp) => [...svg.matchAll(pattern)].map((match) => match[1]);

describe('renderCurveChart', () => {
  const goldens: [string, CurveChart, ChartOptions][] = [
    ['eight-light', eight, {}],
    ['eight-dark', eight, { theme: 'dark' }],
    ['eight-vscode', eight, { theme: 'vscode', id: 'panel' }],
    ['eight-narrow', eight, { width: 480, height: 400 }],
    ['log', cold, {}],
    ['one-point', one, {}],
    ['empty', empty, {}],
    ['hostile-names', hostile, {}],
    ['twelve', twelve, {}],
  ];
  it.each(goldens)('draws %s as it was drawn before', async (name, chart, options) => {
    const svg = renderCurveChart(chart, options);
    await expect(svg).toMatchFileSnapshot(fixture(name));
    if (options.theme !== 'vscode') expect((await drawn(svg)).width).toBe(options.width ?? 880);
  });

  it('gives the same string twice', () => {
    expect(renderCurveChart(eight)).toBe(renderCurveChart(eight));
  });

  it('is an image with a title and a sentence for screen readers', () => {
    const svg = renderCurveChart(eight, { id: 'x' });
    expect(svg).toContain('role="img" aria-labelledby="x-title x-desc"');
    expect(svg).toContain('<title id="x-title">Sample faces: accuracy by number of labels</title>');
    const last = { maxHerding: 0.405 + 0.033 * Math.log2(7), random: 0.385 + 0.033 * Math.log2(7) };
    const scratch = 0.32 + 0.045 * Math.log2(7);
    expect(all(svg, /<desc[^>]*>(.*)<\/desc>/g)[0]).toBe(
      `With pre-training, maxHerding reaches ${(100 * last.maxHerding).toFixed(1)} % at 2,450 labels; ` +
        `random with pre-training ${(100 * last.random).toFixed(1)} %; random without pre-training ${(100 * scratch).toFixed(1)} %. ` +
        'Accuracy against the number of labels, 8 curves. The vertical axis starts at 30 %.',
    );
  });

  it.each<ChartTheme>(['light', 'dark', 'vscode'])('needs neither style nor script in the theme %s', (theme) => {
    for (const chart of [eight, hostile, empty]) {
      const svg = renderCurveChart(chart, { theme });
      expect(svg).not.toMatch(/\sstyle=|<style|<script|\son\w+=/);
    }
  });

  it('takes every colour from a variable in the theme vscode', () => {
    const svg = renderCurveChart(eight, { theme: 'vscode' });
    const colours = [...all(svg, /\sfill="([^"]*)"/g), ...all(svg, /\sstroke="([^"]*)"/g)];
    for (const colour of colours) expect(colour).toMatch(/^(none|var\(--(vscode|warmstart)-[\w-]+, .+\))$/);
    for (const name of new Set(all(svg, /var\((--warmstart-[\w-]+)/g))) expect(chartStyleSheet).toContain(`${name}:`);
  });

  it('puts the numbers on every point', () => {
    const svg = renderCurveChart(one);
    expect(svg).toMatch(/<path class="point" data-series="0" data-labelled="20" data-value="0.31" data-n="1"/);
    expect(all(renderCurveChart(eight), /class="point" data-series="(\d)"/g)).toHaveLength(8 * 7);
  });

  it('says that there are no results, and that curves without points have none', () => {
    expect(renderCurveChart(empty)).toContain('>No results yet</text>');
    expect(renderCurveChart({ ...empty, series: [{ name: 'random', points: [] }] })).toContain(
      '>No results yet</text>',
    );
    expect(renderCurveChart(hostile)).toContain('>no results</text>');
  });

  it('says where the axis starts unless it starts at 0', () => {
    expect(renderCurveChart(eight)).toContain('>Accuracy (axis starts at 30 %)</text>');
    const fromZero = { ...one, series: [rising('random', 0.05, 0.2, [10, 40])] };
    expect(renderCurveChart(fromZero)).toContain('>Accuracy</text>');
    expect(renderCurveChart(fromZero)).not.toContain('axis starts');
  });

  it('names the budgets and their share of the pool', () => {
    const svg = renderCurveChart(eight);
    for (const text of ['>350</text>', '>2,450</text>', '>5 %</text>', '>35 %</text>', '>of pool</text>'])
      expect(svg).toContain(text);
    expect(renderCurveChart(twelve)).not.toContain('of pool');
  });

  it('draws on a linear axis what has no logarithm', () => {
    const svg = renderCurveChart({ ...cold, series: [rising('random', 0.1, 0, [0, 10])].map(fromZeroLabels) });
    expect(svg).not.toContain('Logarithmic');
    expect(svg).not.toContain('NaN');
    expect(all(svg, /class="point"( )/g)).toHaveLength(2);
  });

  it('leaves out what is not a number', () => {
    const points = [
      { labelled: 10, mean: 0.3, sd: Number.NaN, n: 3 },
      { labelled: 20, mean: Number.NaN, n: 3 },
      { labelled: 30, mean: 0.4, sd: null, n: 1 },
    ];
    const svg = renderCurveChart({
      ...one,
      series: [{ name: 'a', points }],
      references: [{ name: 'r', value: Infinity }],
    });
    expect(svg).not.toMatch(/NaN|Infinity/);
    expect(all(svg, /class="point" data-series="0" data-labelled="(\d+)"/g)).toEqual(['10', '30']);
  });

  it.each([
    ['beside', 880],
    ['below', 480],
  ])('keeps legend rows apart and outside the plot (%s)', (place, width) => {
    for (const chart of [eight, twelve, hostile, { ...twelve, series: twelve.series.map(flat) }]) {
      const svg = renderCurveChart(chart, { width, height: 300 });
      const rows = all(svg.slice(svg.indexOf('class="legend"')), /<text x="([^>]*)" fill="[^"]*"><tspan/g).map(
        (attributes) => {
          const [x, y] = attributes.split('" y="').map(Number);
          return { x, y };
        },
      );
      expect(rows).toHaveLength(chart.series.length + (chart.references?.length ?? 0));
      for (const [i, a] of rows.entries())
        for (const b of rows.slice(i + 1)) expect(a.x !== b.x || Math.abs(a.y - b.y) >= 17.99).toBe(true);
      const [right, bottom, height] = [
        Number(all(svg, /class="grid" x1="[\d.]+" x2="([\d.]+)"/g)[0]),
        Number(all(svg, /class="axis labels">\n<line x1="[\d.]+" x2="[\d.]+" y1="([\d.]+)"/g)[0]),
        Number(all(svg, /<svg[^>]* height="(\d+)"/g)[0]),
      ];
      for (const row of rows) {
        expect(place === 'beside' ? row.x > right : row.y > bottom + 20).toBe(true);
        expect(row.y).toBeLessThan(height);
      }
    }
  });

  it('shortens long names and keeps them whole for the pointer', () => {
    const svg = renderCurveChart(hostile);
    expect(svg).toMatch(/>typiclust, [^<]*…<\/tspan>/);
    expect(svg).toContain(
      '<title>typiclust, then margin after 200 labels, then whatever comes to mind · no pre-training: ',
    );
  });

  it.each([
    ['beside', 880],
    ['below', 480],
  ])('grows as wide as whole names need (%s)', async (_, width) => {
    const long = 'typiclust until 35, then uncertaintyHerding until 200, then adversarialDeepFool';
    const chart = { ...eight, series: [...eight.series, rising(long, 0.3, 0.03, [350, 2450])] };
    const svg = renderCurveChart(chart, { width, wholeNames: true });
    const picture = (await drawn(svg)).width;
    expect(picture).toBeGreaterThan(width);
    expect(svg).toContain(`>${long}</tspan>`);
    expect(svg).not.toContain('…');
    const row = new RegExp(`<text x="([^"]*)"[^>]*><tspan[^>]*>${long}<.*\\n<text x="([^"]*)"`).exec(svg);
    const [nameX, valueX] = row?.slice(1).map(Number) ?? [];
    expect(valueX).toBeLessThan(picture);
    expect(valueX - nameX).toBeGreaterThan(textWidth(long, 12) + textWidth('35.0 %', 12));
  });

  it('keeps the plot as it is where whole names make the picture wider, and as wide as asked where all fit', () => {
    const plot = (svg: string) => all(svg, /class="grid" x1="([\d.]+" x2="[\d.]+)"/g)[0];
    const whole = renderCurveChart(hostile, { wholeNames: true });
    expect(plot(whole)).toBe(plot(renderCurveChart(hostile)));
    expect(whole).toContain('far too long for any picture of reasonable width</text>');
    expect(whole).toContain('<title id="curve-title">');
    expect(renderCurveChart(eight, { wholeNames: true })).toBe(renderCurveChart(eight));
  });

  it('shortens even whole names where no picture could hold them', async () => {
    const svg = renderCurveChart(
      { ...one, series: [{ ...one.series[0], name: 'm'.repeat(9999) }] },
      { wholeNames: true },
    );
    expect(svg).toContain('…</tspan>');
    expect((await drawn(svg)).width).toBeLessThan(3000);
  });

  it('stays well-formed whatever the names are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), async (title, name) => {
        const svg = renderCurveChart({ ...one, title, series: [{ ...one.series[0], name }] });
        expect((await drawn(svg)).height).toBe(480);
      }),
      { numRuns: 40 },
    );
  });
});

const flat = (series: CurveChart['series'][number]) => ({
  ...series,
  points: series.points.map((point) => ({ ...point, mean: 0.4 })),
});
const fromZeroLabels = (series: CurveChart['series'][number]) => ({
  ...series,
  points: series.points.map((point, i) => ({ ...point, mean: 0.1 + 0.1 * i })),
});

describe('series styles', () => {
  it('differ in colour, dash and marker at once between twelve strategies', () => {
    const styles = stylesOf(twelve, themeOf('light'), 46);
    for (const key of ['colour', 'dash', 'marker'] as const)
      expect(new Set(styles.map((style) => style[key])).size).toBe(12);
  });

  it("tie a strategy's two variants by colour and marker, and tell them apart by dash and filling", () => {
    const styles = stylesOf(eight, themeOf('dark'), 46);
    for (let i = 0; i < 8; i += 2) {
      expect(styles[i].colour).toBe(styles[i + 1].colour);
      expect(styles[i].marker).toBe(styles[i + 1].marker);
      expect([styles[i].filled, styles[i + 1].filled]).toEqual([true, false]);
      expect(styles[i].dash).not.toBe(styles[i + 1].dash);
    }
    expect(new Set(styles.map((style) => style.colour)).size).toBe(4);
    expect(new Set(styles.map((style) => style.dash)).size).toBe(8);
  });

  it('stay distinct for series of one name, and keep a colour that is asked for', () => {
    const twice = {
      ...one,
      series: [rising('a', 0.3, 0, [1]), rising('a', 0.3, 0, [1]), rising('b', 0.3, 0, [1], { slot: 4 })],
    };
    const styles = stylesOf(twice, themeOf('light'), 46);
    expect(styles[0].colour).not.toBe(styles[1].colour);
    expect(styles[2].colour).toBe(themeOf('light').series[4]);
  });

  it.each<ChartTheme>(['light', 'dark'])('have a contrast of 3 : 1 to the background (%s)', (name) => {
    const theme = themeOf(name);
    for (const colour of [...theme.series, theme.baseline, theme.axis])
      expect(contrast(colour, theme.background)).toBeGreaterThanOrEqual(3);
    for (const text of [theme.ink, theme.muted]) expect(contrast(text, theme.background)).toBeGreaterThanOrEqual(4.5);
  });
});

/** WCAG 2 contrast of two colours "#rrggbb". */
function contrast(a: string, b: string): number {
  const luminance = (colour: string) => {
    const [red, green, blue] = [1, 3, 5].map((at) => {
      const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}
