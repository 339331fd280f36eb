import type { BudgetAxis, Interval } from '../statistics';

/** One metric at one number of labels, a share between 0 and 1; usually the mean over n seeds. */
export interface CurvePoint {
  readonly labelled: number;
  readonly mean: number;
  /** Sample standard deviation over the seeds; the band is mean ± sd. */
  readonly sd?: number | null;
  /** The band's ends, where they are not mean ± sd. */
  readonly low?: number;
  readonly high?: number;
  /** Seeds behind the mean. */
  readonly n: number;
  /** Where the value may be, at 95 %, by the number of images that it was measured on alone; drawn as a bar. */
  readonly interval?: Interval;
  /** Estimated by cross-validation on the labelled images, not measured on a test split. */
  readonly estimate?: boolean;
}

/** The strategy that all others are compared with. */
export const baselineStrategy = 'random';

/** The curve of one strategy, or of the user's own run. */
export interface CurveSeries {
  readonly name: string;
  /** With or without contrastive pre-training; left out where that is not the question. */
  readonly pretrained?: boolean;
  /** 'baseline' is what the others are compared with (random); 'run' is the user's own, which stands out. */
  readonly role?: 'baseline' | 'run';
  readonly points: readonly CurvePoint[];
  /** The single runs, drawn as thin lines. */
  readonly seeds?: readonly SeedCurve[];
  /**
   * Place in the palette (0 …), to keep a colour while other series come and go; by default its order of appearance. Below 0: the
   * baseline's colour, with a dash and a marker of its own.
   */
  readonly slot?: number;
}

export interface SeedCurve {
  readonly seed: number;
  readonly points: readonly { readonly labelled: number; readonly value: number }[];
}

/** A level to compare with, drawn as a horizontal line: accuracy with all labels, or chance. */
export interface ReferenceLine {
  readonly name: string;
  readonly value: number;
}

/** A metric against the number of labels: everything a budget chart and its table show. */
export interface CurveChart {
  readonly title: string;
  /** The metric's name as it stands in a sentence ("accuracy", "macro-F1"). */
  readonly metric: string;
  /** True for errors, such as that of calibration. */
  readonly lowerIsBetter?: boolean;
  readonly axis: BudgetAxis;
  /** Images in the pool: adds an axis in percent of it. */
  readonly poolSize?: number;
  readonly series: readonly CurveSeries[];
  /** What a series is, as the head of the table's first column; "Strategy" unless said otherwise. */
  readonly kind?: string;
  readonly references?: readonly ReferenceLine[];
  /** What short names in the legend stand for; sentences. */
  readonly explanations?: readonly string[];
  /** What the bands show; "± 1 standard deviation" unless said otherwise. */
  readonly band?: string;
}

/** The ends of a point's band, within 0 … 1; null where there is none. */
export function bandOf(point: CurvePoint): { low: number; high: number } | null {
  const { mean, sd } = point;
  const low = point.low ?? (sd == null ? undefined : mean - sd);
  const high = point.high ?? (sd == null ? undefined : mean + sd);
  if (low === undefined || high === undefined || !Number.isFinite(low) || !Number.isFinite(high)) return null;
  return { low: Math.max(0, low), high: Math.min(1, high) };
}

/** The points that can be drawn, by rising number of labels. */
export function drawablePoints(series: CurveSeries): CurvePoint[] {
  return series.points
    .filter((point) => Number.isFinite(point.labelled) && Number.isFinite(point.mean))
    .sort((a, b) => a.labelled - b.labelled);
}

/** The reference lines that can be drawn. */
export function referencesOf(chart: CurveChart): ReferenceLine[] {
  return (chart.references ?? []).filter((line) => Number.isFinite(line.value));
}

/** The numbers of labels that occur, ascending. */
export function budgetsOf(chart: CurveChart): number[] {
  const budgets = new Set<number>();
  for (const series of chart.series) {
    for (const point of drawablePoints(series)) budgets.add(point.labelled);
    for (const run of series.seeds ?? []) for (const point of run.points) budgets.add(point.labelled);
  }
  return [...budgets].sort((a, b) => a - b);
}

/** Whether pre-training is a question in this chart, so that every series has to say what it is. */
export function comparesPretraining(chart: CurveChart): boolean {
  const kinds = new Set(chart.series.map((series) => series.pretrained).filter((kind) => kind !== undefined));
  return kinds.size > 1;
}

/** "with pre-training", "without pre-training", or nothing. */
export function pretrainingPhrase(pretrained: boolean | undefined): string {
  if (pretrained === undefined) return '';
  return pretrained ? 'with pre-training' : 'without pre-training';
}
