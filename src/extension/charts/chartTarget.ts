import { basename, dirname } from 'node:path';
import type { DatasetRef } from '../datasets/datasetRef';

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
  const file = basename(path);
  const folder = dirname(path);
  if (basename(folder) === 'results' && /^\d{4,}\.json$/.test(file)) return targetIn(dirname(folder), null);
  const above = dirname(folder);
  if (basename(above) === 'benchmarks' && file === 'report.json') return targetIn(dirname(above), basename(folder));
  return null;
}

function targetIn(directory: string, benchmark: string | null): ChartTarget | null {
  const parent = dirname(directory);
  if (basename(parent) !== 'warmstart' || parent === directory) return null;
  return { ref: { workspace: dirname(parent), name: basename(directory), directory }, benchmark };
}
