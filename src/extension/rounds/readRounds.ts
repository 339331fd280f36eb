import { basename } from 'node:path';
import type { ChartProblem } from '../../shared/protocol/charts';
import { datasetFile } from '../../shared/schema/dataset';
import { type ResultsFile, resultsFile } from '../../shared/schema/results';
import { type DatasetRef, placeIn, places } from '../../shared/workspace/paths';
import type { JsonFiles } from '../datasets/jsonFile';
import { readNumbered } from '../datasets/numberedFiles';

/** What was measured of a dataset, from its files alone. */
export interface MeasuredRounds {
  readonly exists: boolean;
  readonly classes: readonly string[];
  readonly digest: string | null;
  /** By round. */
  readonly results: readonly ResultsFile[];
  readonly problems: readonly ChartProblem[];
}

/** A damaged file costs only its own round. */
export async function readRounds({ directory }: DatasetRef, json: JsonFiles): Promise<MeasuredRounds> {
  const file = placeIn(directory, places.dataset);
  const dataset = await json.read(file, datasetFile);
  const { files, problems } = await readNumbered(placeIn(directory, places.results), resultsFile, json);
  const damaged = problems.map((problem) => ({ ...problem, place: `${places.results}/${basename(problem.file)}` }));
  const broken = dataset.kind === 'problem' ? [{ ...dataset.problem, place: places.dataset }] : [];
  return {
    exists: dataset.kind !== 'absent',
    classes: dataset.kind === 'value' ? dataset.value.classes : [],
    digest: dataset.kind === 'value' ? dataset.value.digest : null,
    results: files,
    problems: [...broken, ...damaged],
  };
}
