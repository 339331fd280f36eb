import { csvText } from '../csv';
import { decimal } from '../percent';
import { bandOf, budgetsOf, type CurveChart, type CurvePoint, drawablePoints, referencesOf } from './curve';
import { poolPercent, wholeNumber } from './text';

/** A chart's numbers as text: for a screen reader, a terminal, a document. */
export interface CurveTable {
  /** What the cells are. */
  readonly caption: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** "42.7 ± 0.8" in percent; the number of seeds behind it when it is fewer than elsewhere. */
function cell(point: CurvePoint | undefined, seeds: number): string {
  if (!point) return '–';
  const value = decimal(100 * point.mean, 1);
  const spread = point.sd === undefined || point.sd === null ? '' : ` ± ${decimal(100 * point.sd, 1)}`;
  const { interval } = point;
  const range = interval ? ` [${decimal(100 * interval.low, 1)}, ${decimal(100 * interval.high, 1)}]` : '';
  return value + spread + range + (point.n < seeds ? ` (n=${point.n})` : '') + (point.estimate ? ' (estimated)' : '');
}

/**
 * One row a series, one column a budget: mean ± standard deviation in percent. "–" where there is no result yet, and
 * the number of seeds where it is smaller than in the rest of the table.
 */
export function curveTable(chart: CurveChart): CurveTable {
  const budgets = budgetsOf(chart);
  const seeds = Math.max(0, ...chart.series.flatMap((series) => drawablePoints(series).map((point) => point.n)));
  const withPretraining = chart.series.some((series) => series.pretrained !== undefined);
  const rows = chart.series.map((series) => {
    const points = new Map(drawablePoints(series).map((point) => [point.labelled, point]));
    const pretraining = series.pretrained === undefined ? '' : series.pretrained ? 'yes' : 'no';
    return [
      series.name,
      ...(withPretraining ? [pretraining] : []),
      ...budgets.map((labelled) => cell(points.get(labelled), series.role === 'run' ? 1 : seeds)),
    ];
  });
  for (const reference of referencesOf(chart)) {
    const level = decimal(100 * reference.value, 1);
    rows.push([reference.name, ...(withPretraining ? [''] : []), ...budgets.map(() => level)]);
  }
  const share = (labelled: number) => (chart.poolSize ? ` (${poolPercent(labelled, chart.poolSize)})` : '');
  const mean = seeds > 1 ? `, mean ± standard deviation over ${seeds} seeds` : '';
  return {
    caption: `${chart.title}: ${chart.metric} in % by number of labels${mean}`,
    header: [
      chart.kind ?? 'Strategy',
      ...(withPretraining ? ['Pre-training'] : []),
      ...budgets.map((labelled) => wholeNumber(labelled) + share(labelled)),
    ],
    rows,
  };
}

/**
 * The numbers as CSV (RFC 4180, one line a point, shares between 0 and 1, empty where unknown): series, pretrained,
 * labelled, pool_share, mean, sd, low, high, n, estimate (true for figures from cross-validation).
 */
export function curveCsv(chart: CurveChart): string {
  const lines: (string | number)[][] = [
    ['series', 'pretrained', 'labelled', 'pool_share', 'mean', 'sd', 'low', 'high', 'n', 'estimate'],
  ];
  for (const series of chart.series)
    for (const point of drawablePoints(series)) {
      const band = bandOf(point);
      lines.push([
        series.name,
        series.pretrained === undefined ? '' : String(series.pretrained),
        point.labelled,
        chart.poolSize ? point.labelled / chart.poolSize : '',
        point.mean,
        point.sd ?? '',
        band?.low ?? point.interval?.low ?? '',
        band?.high ?? point.interval?.high ?? '',
        point.n,
        String(point.estimate ?? false),
      ]);
    }
  return csvText(lines, '\r\n');
}
