import type { BenchmarkReport } from '../schema/report';
import type { ResultsFile } from '../schema/results';
import { type BudgetAxis, defaultAxis } from '../statistics';
import { budgetsOf, type CurveChart, type CurveSeries } from './curve';
import { type ChartMetric, lowerIsBetter, metricName, recallOf } from './metrics';
import { chartTitle, explained, reportSeries } from './reportChart';
import { classesOf, runSeries } from './runChart';
import { inBenchmark } from './seriesStyle';

/** Everything of a dataset that has a curve. */
export interface CurveSources {
  readonly dataset: string;
  /** Null when dataset.json can't be read. */
  readonly classes: readonly string[] | null;
  readonly poolSize: number | null;
  readonly results: readonly ResultsFile[];
  readonly benchmarks: readonly BenchmarkSource[];
}

export interface BenchmarkSource {
  /** Name of its folder. */
  readonly name: string;
  readonly report: BenchmarkReport;
}

/** What is drawn of them. */
export interface ChartView {
  /** 'recalls' draws the recall of every class, of the one curve `of`. */
  readonly metric: ChartMetric | 'recalls';
  /** Key of a curve; the first one when it is left out or gone. */
  readonly of?: string;
  readonly axis: BudgetAxis | 'auto';
  readonly run: boolean;
  /** Names of benchmarks. */
  readonly benchmarks: readonly string[];
  /** Keys of curves that were switched off. Baselines can't be: there is nothing to compare with without them. */
  readonly hidden: readonly string[];
}

/** A curve that can be switched on and off. */
export interface CurveEntry {
  /** The same in every view. */
  readonly key: string;
  readonly series: CurveSeries;
  /** Whether it is drawn. */
  readonly shown: boolean;
  /** Whether it can't be switched off. */
  readonly locked: boolean;
}

export interface BudgetChart {
  /** The curves that are shown. */
  readonly chart: CurveChart;
  /** All curves of the chosen sources; those shown are in the chart's order. */
  readonly entries: readonly CurveEntry[];
}

/** The class names, from whatever is there. */
export const classNames = ({ classes, results, benchmarks }: CurveSources): readonly string[] =>
  classes ?? benchmarks[0]?.report.dataset.classes ?? classesOf(results);

/** The view to begin with: the user's run and the newest benchmark, or the benchmark that was asked for. */
export function defaultView({ benchmarks }: CurveSources, benchmark: string | null): ChartView {
  const names = benchmark === null ? benchmarks.slice(0, 1).map((source) => source.name) : [benchmark];
  return { metric: 'accuracy', axis: 'auto', run: benchmark === null, benchmarks: names, hidden: [] };
}

const keyOf = (...parts: readonly unknown[]): string => JSON.stringify(parts);

/** All curves of the chosen sources in one metric. Each keeps its colour whatever else is chosen. */
function curvesOf(sources: CurveSources, view: ChartView, metric: ChartMetric): { key: string; series: CurveSeries }[] {
  const own = runSeries(sources.results, metric);
  const curves = view.run && sources.results.length > 0 ? [{ key: keyOf('run'), series: { ...own, slot: 0 } }] : [];
  const several = view.benchmarks.length > 1;
  for (const { benchmark, series, slot } of numberedSeries(sources, metric))
    if (view.benchmarks.includes(benchmark))
      curves.push({
        key: keyOf('benchmark', benchmark, series.name, series.pretrained),
        series: { ...series, name: several ? `${series.name} (${benchmark})` : series.name, slot },
      });
  return curves;
}

/**
 * All series of all benchmarks. A strategy has its colour in all of them, and in each benchmark a look of its own; what has a name of
 * its own gets slots by its appearance.
 */
function* numberedSeries({ benchmarks }: CurveSources, metric: ChartMetric) {
  let last = 0;
  for (const [b, { name, report }] of benchmarks.entries()) {
    const slots = new Map<string, number>();
    for (const series of reportSeries(report, metric)) {
      if (series.slot === undefined && series.role !== 'baseline' && !slots.has(series.name))
        slots.set(series.name, ++last);
      const slot = series.slot === undefined ? (slots.get(series.name) ?? 0) : inBenchmark(series.slot, b);
      yield { benchmark: name, series, slot };
    }
  }
}

/** The chart of a view, with all that the legend needs. */
export function budgetChart(sources: CurveSources, view: ChartView): BudgetChart {
  return view.metric === 'recalls' ? recallsChart(sources, view) : metricChart(sources, view, view.metric);
}

function metricChart(sources: CurveSources, view: ChartView, metric: ChartMetric): BudgetChart {
  const entries = curvesOf(sources, view, metric).map(({ key, series }): CurveEntry => {
    const locked = series.role === 'baseline';
    return { key, series, locked, shown: locked || !view.hidden.includes(key) };
  });
  const head = {
    title: chartTitle(sources.dataset, metric),
    metric: metricName(metric),
    ...(lowerIsBetter(metric) ? { lowerIsBetter: true } : {}),
    ...(entries.some((entry) => entry.series.role === 'run') ? { kind: 'Curve' } : {}),
  };
  return assembled(sources, view, entries, head);
}

/** Every class' recall of one curve: which classes the labels have not helped yet. */
function recallsChart(sources: CurveSources, view: ChartView): BudgetChart {
  const classes = classNames(sources);
  const choices = curveChoices(sources, view);
  const chosen = choices.find((choice) => choice.key === view.of) ?? choices[0];
  const entries = classes.flatMap((name, slot): CurveEntry[] => {
    const metric = recallOf(name);
    const curve = chosen && curvesOf(sources, view, metric).find((candidate) => candidate.key === chosen.key);
    const key = keyOf('class', name);
    return curve
      ? [{ key, locked: false, shown: !view.hidden.includes(key), series: { name, points: curve.series.points, slot } }]
      : [];
  });
  const whose = chosen ? `, ${chosen.name}` : '';
  return assembled(sources, view, entries, {
    title: `${sources.dataset}: recall of each class by number of labels${whose}`,
    metric: 'recall',
    kind: 'Class',
  });
}

/** The curves that 'recalls' can be drawn of. */
export function curveChoices(sources: CurveSources, view: ChartView): { key: string; name: string }[] {
  return curvesOf(sources, view, 'accuracy').map(({ key, series: { name, pretrained, role } }) => {
    const variant =
      pretrained === undefined || role === 'run' ? '' : `, ${pretrained ? 'pre-trained' : 'no pre-training'}`;
    return { key, name: name + variant };
  });
}

function assembled(
  sources: CurveSources,
  { axis, benchmarks }: ChartView,
  entries: readonly CurveEntry[],
  head: Pick<CurveChart, 'title' | 'metric' | 'lowerIsBetter' | 'kind'>,
): BudgetChart {
  const compared = sources.benchmarks.find(({ name }) => benchmarks.includes(name))?.report.dataset.train ?? null;
  const hasRun = entries.some(({ series: { role } }) => role === 'run');
  // a benchmark alone may draw from less: some images are held out, or have no label
  const pool = hasRun ? (sources.poolSize ?? compared) : (compared ?? sources.poolSize);
  const series = entries.filter((entry) => entry.shown).map((entry) => entry.series);
  const all = { ...head, axis: 'linear', series: entries.map((entry) => entry.series) } satisfies CurveChart;
  // By all curves, so that the axis does not change when one of them is switched off.
  const chosen = axis === 'auto' ? defaultAxis(budgetsOf(all)) : axis;
  const reports = sources.benchmarks.filter(({ name }) => benchmarks.includes(name)).map(({ report }) => report);
  const known = { ...(pool ? { poolSize: pool } : {}), ...explained(reports) };
  return { chart: { ...head, axis: chosen, ...known, series }, entries };
}

/** What makes curves less comparable than they look; sentences. */
export function comparisonNotes({ results, benchmarks }: CurveSources, view: ChartView): string[] {
  const notes: string[] = [];
  const last = results.at(-1);
  const chosen = benchmarks.filter(({ name }) => view.benchmarks.includes(name));
  if (view.run && last) {
    const other = results.filter((result) => result.dataset.digest !== last.dataset.digest).length;
    if (other > 0)
      notes.push(
        `${other} of ${results.length} trainings of this run were on other images: the dataset changed since.`,
      );
    if (last.estimate && chosen.length > 0)
      notes.push(
        'This run is estimated by cross-validation on its labelled images, the benchmark measured on test images.',
      );
  }
  const digests = new Set(chosen.map(({ report }) => report.dataset.digest));
  if (view.run && last) digests.add(last.dataset.digest);
  if (digests.size > 1 && chosen.length > 0)
    notes.push('Not all of these curves are from the same images: the dataset changed between them.');
  return notes;
}
