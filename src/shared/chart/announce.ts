import { decimal, percent } from '../percent';
import type { Interval } from '../statistics';
import type { CurveChart, CurvePoint, CurveSeries } from './curve';
import { poolPercent, wholeNumber } from './text';

/** "maxHerding, pre-trained" */
export function seriesLabel(series: CurveSeries): string {
  if (series.pretrained === undefined) return series.name;
  return `${series.name}, ${series.pretrained ? 'pre-trained' : 'no pre-training'}`;
}

/** "35 labels", "1 label" */
export const labelCount = (labelled: number): string =>
  `${wholeNumber(labelled)} ${labelled === 1 ? 'label' : 'labels'}`;

/** "35 labels (0.50 % of the pool)" */
export function budgetLabel(chart: CurveChart, labelled: number): string {
  const share = chart.poolSize ? ` (${poolPercent(labelled, chart.poolSize)} of the pool)` : '';
  return labelCount(labelled) + share;
}

/** A point's value with its spread: "41.2 %", "41.2 ± 0.8 %", "≈ 41.2 %" for an estimate. */
export function valueLabel(point: CurvePoint): string {
  const spread = typeof point.sd === 'number' && point.n > 1 ? ` ± ${decimal(100 * point.sd, 1)}` : '';
  const range = point.interval ? ` (${shares(point.interval, '–')})` : '';
  return `${point.estimate ? '≈ ' : ''}${decimal(100 * point.mean, 1)}${spread} %${range}`;
}

/** "38–51", "38 to 51": whole percents, as more would promise more than it holds. */
const shares = ({ low, high }: Interval, between: string): string =>
  `${decimal(100 * low, 0)}${between}${decimal(100 * high, 0)}`;

/** A point as it is read out: "maxHerding, pre-trained: 35 labels, accuracy 41.2 %". */
export function announcePoint(chart: CurveChart, series: CurveSeries, point: CurvePoint): string {
  const spread = point.sd ? `, plus or minus ${decimal(100 * point.sd, 1)}` : '';
  const seeds = point.n > 1 ? `, ${point.n} seeds` : '';
  const range = point.interval ? `, between ${shares(point.interval, ' and ')} %` : '';
  const estimate = point.estimate ? `, estimated${range}` : '';
  const value = `${chart.metric} ${percent(point.mean)}`;
  return `${seriesLabel(series)}: ${labelCount(point.labelled)}, ${value}${spread}${seeds}${estimate}`;
}
