import { featuresOf, kindOf } from '../features';
import type { BenchmarkCell, BenchmarkReport, BenchmarkSummary, NamedRow } from '../schema/report';
import { mean, sampleStandardDeviation } from '../statistics';
import { readableStrategy } from '../strategyName';
import { baselineStrategy, type CurveChart, type CurvePoint, type CurveSeries, type ReferenceLine } from './curve';
import { type ChartMetric, classOf, lowerIsBetter, metricName, metricValue } from './metrics';
import { strategySlot } from './seriesStyle';

export interface ReportChartOptions {
  /** 'accuracy' unless said otherwise. */
  readonly metric?: ChartMetric;
  readonly references?: readonly ReferenceLine[];
  /** Draw every seed as a thin line too. */
  readonly seeds?: boolean;
}

/** The curve of a report: mean ± standard deviation over the seeds, a series for each row. */
export function reportChart(report: BenchmarkReport, options: ReportChartOptions = {}): CurveChart {
  const metric = options.metric ?? 'accuracy';
  return {
    title: chartTitle(report.dataset.name, metric),
    metric: metricName(metric),
    ...(lowerIsBetter(metric) ? { lowerIsBetter: true } : {}),
    axis: report.axis,
    poolSize: report.dataset.train,
    series: reportSeries(report, metric, options.seeds),
    ...explained([report]),
    ...(options.references ? { references: options.references } : {}),
  };
}

export const chartTitle = (dataset: string, metric: ChartMetric): string =>
  `${dataset}: ${metricName(metric)} by number of labels`;

/**
 * A series for each row of a report, in its order. Random is the baseline, with and without pre-training; strategies on
 * fixed features say so in their names, unless rows were given names of their own.
 */
export function reportSeries(report: BenchmarkReport, metric: ChartMetric, seeds = false): CurveSeries[] {
  const { classes } = report.dataset;
  const slotOf = slotsOf(report);
  return report.summary.map((row): CurveSeries => {
    const slot = slotOf(row);
    const cells = report.cells.filter((cell) => cell.strategy === row.strategy && featuresOf(cell) === featuresOf(row));
    return {
      ...namesOf(row, report.protocol.rows),
      ...(slot === null ? {} : { slot }),
      ...(row.strategy === baselineStrategy && !row.features ? { role: 'baseline' } : {}),
      points: classOf(metric) === null ? summaryPoints(row, metric) : cellPoints(row, cells, metric, classes),
      ...(seeds ? { seeds: cells.map((cell) => seedCurve(cell, metric, classes)) } : {}),
    };
  });
}

/** The slot of each row that is named after its strategy. Random weights and pre-trained ones are told apart by other means. */
function slotsOf({ summary, protocol }: BenchmarkReport): (row: BenchmarkSummary) => number | null {
  const kinds = new Map<string, string[]>();
  for (const { strategy, features = '' } of summary) {
    const known = kinds.get(strategy) ?? [];
    if (!known.includes(features)) kinds.set(strategy, [...known, features]);
  }
  return ({ strategy, features = '' }) =>
    protocol.rows ? null : strategySlot(strategy, kinds.get(strategy)?.indexOf(features) ?? 0);
}

/** A chosen row's own name, which says all; otherwise strategy and features, and whether they are pre-trained. */
function namesOf(row: BenchmarkSummary, chosen: readonly NamedRow[] = []): Pick<CurveSeries, 'name' | 'pretrained'> {
  const features = featuresOf(row);
  const own = chosen.find((one) => one.strategy === row.strategy && one.features === features);
  if (own) return { name: own.name };
  const { short } = kindOf(features);
  const strategy = readableStrategy(row.strategy);
  return { name: short === null ? strategy : `${strategy} (${short})`, pretrained: row.pretrained };
}

/** What the words in brackets after strategies stand for, each said once; HOG is explained by its own name. */
export function explained(reports: readonly BenchmarkReport[]): Pick<CurveChart, 'explanations'> {
  const kinds = new Set(reports.flatMap(({ summary, protocol }) => (protocol.rows ? [] : summary.map(featuresOf))));
  const explanations = [...kinds].flatMap((name) => {
    const { short, what } = kindOf(name);
    return short === null || what === null ? [] : [`(${short}): ${what}.`];
  });
  return explanations.length > 0 ? { explanations } : {};
}

const summaryFields = {
  accuracy: { mean: 'meanAccuracy', sd: 'sdAccuracy' },
  macroF1: { mean: 'meanMacroF1', sd: 'sdMacroF1' },
  macroRecall: { mean: 'meanMacroRecall', sd: 'sdMacroRecall' },
  ece: { mean: 'meanEce', sd: 'sdEce' },
} as const;

function summaryPoints(row: BenchmarkSummary, metric: ChartMetric): CurvePoint[] {
  const fields = summaryFields[metric as keyof typeof summaryFields];
  return row.points.map((point) => ({
    labelled: point.labelled,
    mean: point[fields.mean],
    sd: point[fields.sd],
    n: point.n,
  }));
}

/** A class' recall has no spread in the summary; it is taken from the cells. */
function cellPoints(
  row: BenchmarkSummary,
  cells: readonly BenchmarkCell[],
  metric: ChartMetric,
  classes: readonly string[],
): CurvePoint[] {
  return row.points.flatMap(({ labelled }) => {
    const values = cells
      .flatMap((cell) => cell.points.filter((point) => point.labelled === labelled))
      .map((point) => metricValue(point, metric, classes))
      .filter((value) => value !== null);
    const centre = mean(values);
    return centre === null
      ? []
      : [{ labelled, mean: centre, sd: sampleStandardDeviation(values), n: values.length } satisfies CurvePoint];
  });
}

const seedCurve = (cell: BenchmarkCell, metric: ChartMetric, classes: readonly string[]) => ({
  seed: cell.seed,
  points: cell.points.flatMap((point) => {
    const value = metricValue(point, metric, classes);
    return value === null ? [] : [{ labelled: point.labelled, value }];
  }),
});
