import { join } from 'node:path';
import { l10n } from 'vscode';
import type { BenchmarkSource, CurveSources } from '../../shared/chart/budgetChart';
import type { ChartProblem } from '../../shared/protocol/charts';
import { datasetFile } from '../../shared/schema/dataset';
import { benchmarkReportSchema } from '../../shared/schema/report';
import { type ResultsFile, resultsFile } from '../../shared/schema/results';
import type { DatasetRef } from '../datasets/datasetRef';
import { folderNames, jsonNames } from '../datasets/folders';
import type { JsonFiles } from '../datasets/jsonFile';

/** What of a dataset can be drawn, and which of its files can't be. */
export interface Curves extends CurveSources {
  readonly exists: boolean;
  readonly problems: readonly ChartProblem[];
}

/** Reads what has a curve, from the files alone: no engine is needed. A damaged file costs only its own points. */
export async function readCurves({ directory, name }: DatasetRef, json: JsonFiles): Promise<Curves> {
  const problems: ChartProblem[] = [];
  const complain = (place: string, message: string) =>
    problems.push({ file: join(directory, ...place.split('/')), place, message });

  const dataset = await json.read(join(directory, 'dataset.json'), datasetFile);
  if (dataset.kind === 'problem') complain('dataset.json', dataset.problem.message);

  const results: ResultsFile[] = [];
  for (const file of await jsonNames(join(directory, 'results'))) {
    if (!/^\d{4,}\.json$/.test(file)) continue;
    const read = await json.read(join(directory, 'results', file), resultsFile);
    if (read.kind === 'problem') complain(`results/${file}`, read.problem.message);
    if (read.kind !== 'value') continue;
    const own = `${String(read.value.round).padStart(4, '0')}.json`;
    if (own === file) results.push(read.value);
    else complain(`results/${file}`, l10n.t('It says it is number {0}; rename it to {1}.', read.value.round, own));
  }
  results.sort((a, b) => a.round - b.round);

  const reports: (BenchmarkSource & { written: number })[] = [];
  for (const benchmark of await folderNames(join(directory, 'benchmarks'))) {
    const read = await json.read(join(directory, 'benchmarks', benchmark, 'report.json'), benchmarkReportSchema);
    if (read.kind === 'problem') complain(`benchmarks/${benchmark}/report.json`, read.problem.message);
    if (read.kind === 'value') reports.push({ name: benchmark, report: read.value, written: read.written });
  }
  // The newest first: it is what a chart starts with.
  reports.sort((a, b) => b.written - a.written || (a.name < b.name ? -1 : 1));

  const file = dataset.kind === 'value' ? dataset.value : null;
  return {
    exists: dataset.kind !== 'absent',
    dataset: file?.name ?? name,
    classes: file?.classes ?? null,
    poolSize: file?.split.train ?? null,
    results,
    benchmarks: reports.map(({ written: _written, ...source }) => source),
    problems,
  };
}
