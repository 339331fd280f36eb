import { scaleLinear } from 'd3-scale';
import { curveStepAfter, line } from 'd3-shape';
import { percent } from '../percent';
import type { Comparison } from '../schema/report';
import { readableStrategy } from '../strategyName';
import { baselineStrategy, type CurveChart, type CurveSeries } from './curve';
import { fontSize, margin, titleMeasure, titleSize, widest } from './layout';
import { rowHeight, sampleWidth } from './legend';
import { type SeriesStyle, strategySlot, stylesOf } from './seriesStyle';
import { element, group, svgDocument, text } from './svg';
import { elide, textWidth, wholeNumber } from './text';
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
  const colours = themeOf(theme);
  const ranked = rankedProfiles(comparison.strategies, profile, colours);
  const width = widthFor(
    title,
    ranked.map(({ name }) => name),
  );
  const height = Math.max(plot.bottom, plot.top + ranked.length * rowHeight) + footer;
  const bottom = height - footer;
  const x = scaleLinear()
    .domain([1, profile.taus.at(-1) ?? 1])
    .range([plot.left, plot.right]);
  const y = scaleLinear().domain([0, 1]).range([bottom, plot.top]);
  const curve = line<number>()
    .digits(2)
    .curve(curveStepAfter)
    .x((_, t) => x(profile.taus[t] ?? 1))
    .y((share) => y(share));
  // the best on top of the others
  const curves = ranked
    .toReversed()
    .map(({ name, shares, style }) =>
      element('path', { class: 'mean', d: curve([...shares]) ?? '', 'data-name': name, ...strokeOf(style) }),
    );
  const best = ranked[0] ? `${ranked[0].name} has the largest area, ${percent(ranked[0].area)}` : 'no strategies';
  const description = `Performance profile over ${wholeNumber(profile.problems)} pairs of seed and budget: ${best}.`;
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
    ...ranked.map((one, place) => legendRow(one, place, width, colours)),
    text(margin, height - 10, 'At 1: how often it is the best. At the right: area under its profile.', {
      fill: colours.muted,
      'font-size': 11,
    }),
  ];
  return svgDocument({ id: 'profile', title, description, width, height, font: colours.font, fontSize }, parts);
}

interface StrategyProfile {
  readonly name: string;
  readonly area: number;
  readonly shares: readonly number[];
  readonly style: SeriesStyle;
}

/** By falling area; equal ones in the order given. */
function rankedProfiles(
  strategies: readonly string[],
  { area, shares }: NonNullable<Comparison['profile']>,
  theme: Theme,
): StrategyProfile[] {
  const names = strategies.map(readableStrategy);
  return stylesOf(seriesOf(strategies), theme, 46)
    .map((style, i) => ({ name: names[i] ?? '', area: area[i] ?? 0, shares: shares[i] ?? [], style }))
    .sort((a, b) => b.area - a.area);
}

function widthFor(title: string, strategies: readonly string[]): number {
  const names = Math.max(...strategies.map((name) => textWidth(name, fontSize)));
  return Math.ceil(
    Math.max(
      usualWidth,
      legendX + sampleWidth + Math.min(widest, names) + valueWidth + margin,
      Math.min(widest, textWidth(title, titleMeasure)) + 2 * margin,
    ),
  );
}

/** The strategies as the budget chart has them, so that each keeps its colour. */
const seriesOf = (strategies: readonly string[]): CurveChart => ({
  title: '',
  metric: '',
  axis: 'linear',
  series: strategies.map((name): CurveSeries => {
    const series = { name, points: [] };
    const slot = strategySlot(name, 0);
    return name === baselineStrategy
      ? { ...series, role: 'baseline' }
      : { ...series, ...(slot === null ? {} : { slot }) };
  }),
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
    text(plot.left - 10, at + 4, percent(share, 0), { fill: theme.muted, 'text-anchor': 'end' }),
  ]);
}

function factorTick(tau: number, at: number, bottom: number, theme: Theme): string {
  return group({ class: 'axis labels' }, [
    element('line', { x1: at, x2: at, y1: bottom, y2: bottom + 6, stroke: theme.axis }),
    text(at, bottom + 22, String(Number(tau.toFixed(4))), { fill: theme.ink, 'text-anchor': 'middle' }),
  ]);
}

function legendRow({ name, area, style }: StrategyProfile, place: number, width: number, theme: Theme): string {
  const [x, y] = [legendX, plot.top + 6 + place * rowHeight];
  const room = width - margin - valueWidth - (x + sampleWidth);
  return group({ class: 'legend' }, [
    element('line', { x1: x, x2: x + sampleWidth - 12, y1: y - 4, y2: y - 4, ...strokeOf(style) }),
    text(x + sampleWidth, y, elide(name, room, fontSize), { fill: theme.ink }),
    text(width - margin, y, percent(area), { fill: theme.ink, 'font-weight': 600, 'text-anchor': 'end' }),
  ]);
}
