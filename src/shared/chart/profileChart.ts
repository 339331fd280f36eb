import { scaleLinear } from 'd3-scale';
import { curveStepAfter, line } from 'd3-shape';
import type { Comparison } from '../schema/report';
import { readableStrategy } from '../strategyName';
import { fontSize, margin, titleMeasure, titleSize, widest } from './layout';
import { rowHeight, sampleWidth } from './legend';
import { baselineStrategy } from './reportChart';
import { type SeriesStyle, stylesOf } from './seriesStyle';
import { element, group, svgDocument, text } from './svg';
import { decimal, elide, percent, textWidth, wholeNumber } from './text';
import { type ChartTheme, type Theme, themeOf } from './theme';

/** Pixels; more where names need it. */
const usualWidth = 880;
/** Room for the areas at the right. */
const valueWidth = 58;
const plot = { left: 68, top: 72, right: 600, bottom: 400 };
const legendX = plot.right + 28;
const footer = 72;

/**
 * The performance profile (Dolan & Moré 2002) of a benchmark as an SVG document: share of the problems against the factor
 * to the best error, a step curve a strategy, named at the right by falling area. Null where there is no profile.
 */
export function renderProfileChart(comparison: Comparison, title: string, theme: ChartTheme = 'light'): string | null {
  const { profile } = comparison;
  if (!profile) return null;
  const strategies = comparison.strategies.map(readableStrategy);
  const colours = themeOf(theme);
  const styles = stylesOf(seriesOf(strategies), colours, 46);
  const names = Math.max(...strategies.map((name) => textWidth(name, fontSize)));
  const width = Math.ceil(
    Math.max(
      usualWidth,
      legendX + sampleWidth + Math.min(widest, names) + valueWidth + margin,
      Math.min(widest, textWidth(title, titleMeasure)) + 2 * margin,
    ),
  );
  const height = Math.max(plot.bottom, plot.top + strategies.length * rowHeight) + footer;
  const bottom = height - footer;
  const x = scaleLinear()
    .domain([1, profile.taus[profile.taus.length - 1]])
    .range([plot.left, plot.right]);
  const y = scaleLinear().domain([0, 1]).range([bottom, plot.top]);
  const order = strategies.map((_, i) => i).sort((a, b) => profile.area[b] - profile.area[a] || a - b);
  const curve = line<number>().digits(2).curve(curveStepAfter);
  // the best on top of the others
  const curves = order.toReversed().map((i) => {
    const d = curve.x((_, t) => x(profile.taus[t])).y((share) => y(share))([...profile.shares[i]]);
    return element('path', { class: 'mean', d: d ?? '', 'data-name': strategies[i], ...strokeOf(styles[i]) });
  });
  const best = order[0];
  const description = `Performance profile over ${wholeNumber(profile.problems)} pairs of seed and budget: ${strategies[best]} has the largest area, ${percent(profile.area[best])}.`;
  const parts = [
    colours.paintsBackground ? element('rect', { width, height, fill: colours.background }) : '',
    text(margin, 30, elide(title, width - 2 * margin, titleMeasure), {
      fill: colours.ink,
      'font-size': titleSize,
      'font-weight': 600,
    }),
    text(margin, 52, 'Share of the pairs of seed and budget', { fill: colours.muted }),
    ...y.ticks(5).map((share) => shareTick(share, y(share), colours)),
    ...x.ticks(6).map((tau) => factorTick(tau, x(tau), bottom, colours)),
    text((plot.left + plot.right) / 2, bottom + 44, 'error at most this many times the smallest one', {
      fill: colours.muted,
      'text-anchor': 'middle',
    }),
    ...curves,
    ...order.map((i, place) => legendRow(strategies[i], profile.area[i], place, width, styles[i], colours)),
    text(margin, height - 10, 'At 1: how often it is the best. At the right: area under its profile.', {
      fill: colours.muted,
      'font-size': 11,
    }),
  ];
  return svgDocument({ id: 'profile', title, description, width, height, font: colours.font, fontSize }, parts);
}

/** The strategies as the budget chart has them, so that each keeps its colour. */
const seriesOf = (strategies: readonly string[]) => ({
  ...{ title: '', metric: '', axis: 'linear' as const },
  series: strategies.map((name) => ({
    ...{ name, points: [] },
    ...(name === baselineStrategy ? { role: 'baseline' as const } : {}),
  })),
});

const strokeOf = (style: SeriesStyle) => ({
  fill: 'none',
  stroke: style.colour,
  'stroke-width': style.width,
  'stroke-dasharray': style.dash,
  'stroke-linejoin': 'round',
});

function shareTick(share: number, at: number, theme: Theme): string {
  return group({ class: 'axis metric' }, [
    element('line', { class: 'grid', x1: plot.left, x2: plot.right, y1: at, y2: at, stroke: theme.grid }),
    text(plot.left - 10, at + 4, `${decimal(100 * share, 0)} %`, { fill: theme.muted, 'text-anchor': 'end' }),
  ]);
}

function factorTick(tau: number, at: number, bottom: number, theme: Theme): string {
  return group({ class: 'axis labels' }, [
    element('line', { x1: at, x2: at, y1: bottom, y2: bottom + 6, stroke: theme.axis }),
    text(at, bottom + 22, String(Number(tau.toFixed(4))), { fill: theme.ink, 'text-anchor': 'middle' }),
  ]);
}

function legendRow(name: string, area: number, place: number, width: number, style: SeriesStyle, theme: Theme): string {
  const [x, y] = [legendX, plot.top + 6 + place * rowHeight];
  const room = width - margin - valueWidth - (x + sampleWidth);
  return group({ class: 'legend' }, [
    element('line', { x1: x, x2: x + sampleWidth - 12, y1: y - 4, y2: y - 4, ...strokeOf(style) }),
    text(x + sampleWidth, y, elide(name, room, fontSize), { fill: theme.ink }),
    text(width - margin, y, percent(area), { fill: theme.ink, 'font-weight': 600, 'text-anchor': 'end' }),
  ]);
}
