import { isNumberedName } from '../../shared/workspace/numbered';
import { type DatasetRef, datasetsOf, places } from '../../shared/workspace/paths';

/** What a chart is opened on: a dataset's run, or one of its benchmarks. */
export interface ChartTarget {
  readonly ref: DatasetRef;
  readonly benchmark: string | null;
}

/**
 * The chart that a file belongs to: `warmstart/<dataset>/results/NNNN.json` or
 * `warmstart/<dataset>/benchmarks/<name>/report.json`; null for any other file.
 */
export function chartTargetOf(path: string): ChartTarget | null {
  for (const { ref, steps } of datasetsOf(path)) {
    const place = steps.join('/');
    const [folder, name = ''] = steps;
    if (steps.length === 2 && folder === places.results && isNumberedName(name)) return { ref, benchmark: null };
    if (place === places.report(name)) return { ref, benchmark: name };
  }
  return null;
}
