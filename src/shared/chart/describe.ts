import { percent } from '../percent';
import { type CurveChart, type CurvePoint, type CurveSeries, drawablePoints, pretrainingPhrase } from './curve';
import { shortPercent, wholeNumber } from './text';

interface Standing {
  readonly series: CurveSeries;
  readonly point: CurvePoint;
}

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** "random without pre-training" */
const named = (series: CurveSeries): string =>
  [series.name, pretrainingPhrase(series.pretrained)].filter(Boolean).join(' ');

/** "With pre-training, maxHerding" */
const introduced = (series: CurveSeries): string =>
  series.pretrained === undefined
    ? series.name
    : `${capitalised(pretrainingPhrase(series.pretrained))}, ${series.name}`;

/**
 * What the chart shows, in a plain sentence: the best curve at the largest number of labels against the baselines there
 * ("With pre-training, maxHerding reaches 42.7 % at 700 labels; random without pre-training 39.1 %.").
 */
export function describeResult(chart: CurveChart): string {
  const last = Math.max(...chart.series.flatMap((series) => drawablePoints(series).map((point) => point.labelled)));
  const standings: Standing[] = chart.series.flatMap((series) => {
    const point = drawablePoints(series).find((candidate) => candidate.labelled === last);
    return point ? [{ series, point }] : [];
  });
  if (standings.length === 0) return 'No results yet.';
  const sign = chart.lowerIsBetter ? -1 : 1;
  const best = standings.reduce((a, b) => (sign * b.point.mean > sign * a.point.mean ? b : a));
  const baselines = standings.filter((standing) => standing.series.role === 'baseline' && standing !== best);
  const most = Math.max(...standings.map((standing) => standing.point.n));
  const value = ({ n, mean, estimate }: CurvePoint, { role }: CurveSeries) =>
    percent(mean) + (n < most && role !== 'run' ? ` (${n} of ${most} seeds)` : '') + (estimate ? ' (estimated)' : '');
  const reaches = `${introduced(best.series)} reaches ${value(best.point, best.series)} at ${labels(last)}`;
  const rest = baselines.map((standing) => `${named(standing.series)} ${value(standing.point, standing.series)}`);
  // The user's own run is named also where it has not come as far as the others.
  for (const series of chart.series) {
    const point = series.role === 'run' && series !== best.series ? drawablePoints(series).at(-1) : undefined;
    if (point) rest.push(`${named(series)} ${value(point, series)} at ${labels(point.labelled)}`);
  }
  return `${[reaches, ...rest].join('; ')}.`;
}

const labels = (n: number): string => `${wholeNumber(n)} ${n === 1 ? 'label' : 'labels'}`;

/** The text behind the picture: what it is, what it shows, and where its axis starts. */
export function describeChart(chart: CurveChart, lowest: number): string {
  const drawn = chart.series.filter((series) => drawablePoints(series).length > 0).length;
  if (drawn === 0) return `${capitalised(chart.metric)} against the number of labels. No results yet.`;
  const curves = drawn === 1 ? 'one curve' : `${drawn} curves`;
  const cut = lowest > 0 ? ` The vertical axis starts at ${shortPercent(lowest)}.` : '';
  return `${describeResult(chart)} ${capitalised(chart.metric)} against the number of labels, ${curves}.${cut}`;
}

/** What lines and bands are: "Lines: mean of 3 seeds. Bands: ± 1 standard deviation." */
export function describeSpread(chart: CurveChart): string {
  // The user's run is one by nature; that says nothing about the others.
  const others = chart.series.filter((series) => series.role !== 'run').flatMap(drawablePoints);
  const points = others.length > 0 ? others : chart.series.flatMap(drawablePoints);
  const counts = points.map((point) => point.n);
  const most = Math.max(0, ...counts);
  if (most < 2) return counts.length === 0 ? '' : 'One seed: no spread known.';
  const fewest = Math.min(...counts);
  const seeds = fewest === most ? `${most} seeds` : `${fewest} to ${most} seeds`;
  const hasBand = points.some((point) => point.sd || point.low !== undefined);
  return `Lines: mean of ${seeds}.${hasBand ? ` Bands: ${chart.band ?? '± 1 standard deviation'}.` : ''}`;
}

/** What rings around points are, where there are any. */
export function describeEstimates(chart: CurveChart): string {
  const estimates = chart.series.flatMap(drawablePoints).filter((point) => point.estimate);
  if (estimates.length === 0) return '';
  const rings = 'Rings: estimated by cross-validation on the labelled images.';
  return estimates.some((point) => point.interval)
    ? `${rings} Bars: 95 % intervals by the number of these images alone.`
    : rings;
}

/** "All with pre-training." where every series is, so that the legend need not repeat it. */
export function commonPretraining(chart: CurveChart): string {
  const kinds = new Set(chart.series.map((series) => series.pretrained));
  const [kind] = kinds;
  if (kinds.size !== 1 || kind === undefined) return '';
  return `${chart.series.length > 1 ? 'All ' : ''}${pretrainingPhrase(kind)}.`.replace(/^w/, 'W');
}
