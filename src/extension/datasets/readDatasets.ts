import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { l10n } from 'vscode';
import type { ZodType } from 'zod';
import { isDatasetName } from '../../shared/datasetName';
import { datasetFile } from '../../shared/schema/dataset';
import { encoderFile } from '../../shared/schema/encoder';
import { type ResultsFile, resultsFile } from '../../shared/schema/results';
import { type RoundFile, roundFile } from '../../shared/schema/round';
import { readAnswers } from './answers';
import type { DatasetRef } from './datasetRef';
import type { BenchmarkState, DatasetListing, FileProblem, RoundState } from './datasetState';
import { folderNames, jsonNames } from './folders';
import type { JsonFiles } from './jsonFile';

/** All datasets in a workspace folder, by name. */
export async function listDatasets(workspace: string): Promise<DatasetRef[]> {
  const folder = join(workspace, 'warmstart');
  return (await folderNames(folder))
    .map((name) => ({ workspace, name, directory: join(folder, name) }))
    .filter(({ name, directory }) => isDatasetName(name) && existsSync(join(directory, 'dataset.json')));
}

/**
 * The state of a dataset from its small files. The list of images and the cache are never read, so that it takes no
 * longer with 100,000 images. Null when the dataset is gone.
 */
export async function readDataset(ref: DatasetRef, json: JsonFiles): Promise<DatasetListing | null> {
  const { directory } = ref;
  const file = await json.read(join(directory, 'dataset.json'), datasetFile);
  if (file.kind === 'absent') return null;
  if (file.kind === 'problem') return { ref, problem: file.problem };

  const [encoder, rounds, results, answers, benchmarks] = await Promise.all([
    json.read(join(directory, 'models', 'encoder.json'), encoderFile),
    readNumbered(join(directory, 'rounds'), roundFile, json),
    readNumbered(join(directory, 'results'), resultsFile, json),
    readAnswers(ref, file.value.classes, json),
    readBenchmarks(directory),
  ]);
  const problems = [...rounds.problems, ...results.problems, ...answers.problems];
  if (encoder.kind === 'problem') problems.unshift(encoder.problem);
  const { labels, conflicts, answered } = answers.merged;
  return {
    ref,
    file: file.value,
    encoder: encoder.kind === 'value' ? encoder.value : null,
    encoderWritten: encoder.kind === 'value' ? encoder.written : null,
    pretrainingStopped: existsSync(join(directory, '.cache', 'pretrain.safetensors')),
    rounds: rounds.files.map((round) => roundState(round, answered, results.files)),
    results: results.files,
    labelled: labels.size,
    conflicts: conflicts.length,
    benchmarks,
    problems,
  };
}

function roundState(
  { round, strategy, picks }: RoundFile,
  answered: ReadonlySet<string>,
  results: readonly ResultsFile[],
): RoundState {
  return {
    round,
    strategy,
    asked: picks.length,
    answered: picks.filter(({ image }) => answered.has(image)).length,
    results: results.find((of) => of.round === round) ?? null,
  };
}

/** Files `NNNN.json` in order; one that says another number than its name is a problem, as it is for the engine. */
async function readNumbered<T extends { readonly round: number }>(folder: string, schema: ZodType<T>, json: JsonFiles) {
  const names = (await jsonNames(folder)).filter((name) => /^\d{4,}\.json$/.test(name));
  const files: T[] = [];
  const problems: FileProblem[] = [];
  const outcomes = await Promise.all(names.map((name) => json.read(join(folder, name), schema)));
  for (const [i, outcome] of outcomes.entries()) {
    const name = names[i];
    if (outcome.kind === 'problem') problems.push(outcome.problem);
    if (outcome.kind !== 'value') continue;
    const own = `${String(outcome.value.round).padStart(4, '0')}.json`;
    if (own === name) files.push(outcome.value);
    else
      problems.push({
        file: join(folder, name),
        message: l10n.t('It says it is number {0}; rename it to {1}.', outcome.value.round, own),
      });
  }
  return { files: files.sort((a, b) => a.round - b.round), problems };
}

async function readBenchmarks(directory: string): Promise<BenchmarkState[]> {
  const folder = join(directory, 'benchmarks');
  return (await folderNames(folder)).map((name) => {
    const report = join(folder, name, 'report.json');
    return { name, report: existsSync(report) ? report : null };
  });
}
