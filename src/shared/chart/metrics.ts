/** What can be drawn against the number of labels. `recall:<class>` is the recall of one class, by its name. */
export type ChartMetric = 'accuracy' | 'macroF1' | 'macroRecall' | 'ece' | `recall:${string}`;

export const overallMetrics = ['accuracy', 'macroF1', 'macroRecall', 'ece'] as const;

const names: Readonly<Record<(typeof overallMetrics)[number], string>> = {
  accuracy: 'accuracy',
  macroF1: 'macro-F1',
  macroRecall: 'macro recall',
  ece: 'expected calibration error',
};

export const recallOf = (name: string): ChartMetric => `recall:${name}`;

/** The class whose recall a metric is; null for metrics over all classes. */
export const classOf = (metric: ChartMetric): string | null =>
  metric.startsWith('recall:') ? metric.slice('recall:'.length) : null;

/** The metric as it stands in a sentence: "macro-F1", "recall of happy". */
export function metricName(metric: ChartMetric): string {
  const name = classOf(metric);
  return name === null ? names[metric as keyof typeof names] : `recall of ${name}`;
}

/** True for errors. */
export const lowerIsBetter = (metric: ChartMetric): boolean => metric === 'ece';

/** The metrics of one measurement, as results and reports hold them. */
export interface Measured {
  readonly accuracy: number;
  readonly macroF1: number;
  readonly macroRecall: number;
  readonly ece: number;
  /** In the order of the class list; null for a class without test images. */
  readonly perClassRecall: readonly (number | null)[];
}

/** The metric's value; null where it is not defined. */
export function metricValue(measured: Measured, metric: ChartMetric, classes: readonly string[]): number | null {
  const name = classOf(metric);
  if (name === null) return measured[metric as keyof typeof names];
  return measured.perClassRecall[classes.indexOf(name)] ?? null;
}
