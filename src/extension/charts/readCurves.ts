import { basename } from 'node:path';
import type { BenchmarkSource, CurveSources } from '../../shared/chart/budgetChart';
import type { ChartProblem } from '../../shared/protocol/charts';
import { datasetFile } from '../../shared/schema/dataset';
import { benchmarkReportSchema } from '../../shared/schema/report';
import { resultsFile } from '../../shared/schema/results';
import { type DatasetRef, placeIn, places } from '../../shared/workspace/paths';
import { folderNames } from '../datasets/folders';
import type { JsonFiles } from '../datasets/jsonFile';
import { readNumbered } from '../datasets/numberedFiles';

/** What of a dataset can be drawn, and which of its files can't be. */
export interface Curves extends CurveSources {
  readonly exists: boolean;
  readonly problems: readonly ChartProblem[];
}

/** Reads what has a curve, from the files alone: no engine is needed. A damaged file costs only its own points. */
export async function readCurves({ directory, name }: DatasetRef, json: JsonFiles): Promise<Curves> {
  const problems: ChartProblem[] = [];
  const complain = (place: string, message: string) =>
    problems.push({ file: placeIn(directory, place), place, message });

  const dataset = await json.read(placeIn(directory, places.dataset), datasetFile);
  if (dataset.kind === 'problem') complain(places.dataset, dataset.problem.message);

  const { files: results, problems: damaged } = await readNumbered(
    placeIn(directory, places.results),
    resultsFile,
    json,
  );
  for (const { file, message } of damaged) complain(`${places.results}/${basename(file)}`, message);

  const reports: (BenchmarkSource & { written: number })[] = [];
  for (const benchmark of await folderNames(placeIn(directory, places.benchmarks))) {
    const place = places.report(benchmark);
    const read = await json.read(placeIn(directory, place), benchmarkReportSchema);
    if (read.kind === 'problem') complain(place, read.problem.message);
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
