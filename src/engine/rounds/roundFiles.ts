import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ZodType } from 'zod';
import { type ResultsFile, resultsFile } from '../../shared/schema/results';
import { type RoundFile, roundFile } from '../../shared/schema/round';
import { byRound, numberedNames, numberFault } from '../../shared/workspace/numbered';
import { placeIn, places } from '../../shared/workspace/paths';
import type { DatasetFolder } from '../data/dataset/type';
import { inputError } from '../errors';
import { withFileLock } from '../store/fileLock';
import { faultError, readJson, writeJson } from '../store/jsonFile';

export const roundPath = ({ directory }: DatasetFolder, round: number) => placeIn(directory, places.round(round));
export const resultsPath = ({ directory }: DatasetFolder, round: number) => placeIn(directory, places.resultsOf(round));

/** All rounds in order; an absent folder means none yet. */
export const readRounds = (dataset: DatasetFolder): Promise<RoundFile[]> =>
  readNumbered(dataset, places.rounds, roundFile);

/** All results in order of their round. */
export const readResults = (dataset: DatasetFolder): Promise<ResultsFile[]> =>
  readNumbered(dataset, places.results, resultsFile);

async function readNumbered<T extends { round: number }>(dataset: DatasetFolder, folder: string, schema: ZodType<T>) {
  const directory = placeIn(dataset.directory, folder);
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw inputError(`Cannot read ${directory} (${error.message}); allow reading it.`, error);
  });
  const files: T[] = [];
  for (const name of numberedNames(names)) {
    const path = join(directory, name);
    const file = await readJson(path, schema);
    const fault = numberFault(name, file.round);
    if (fault) throw faultError(path, fault);
    files.push(file);
  }
  return files.sort(byRound);
}

/**
 * Writes the next round. `make` gets the rounds that are there, under a lock: two queries at the same time can't write
 * the same number or ask for the same images.
 */
export async function addRound(
  dataset: DatasetFolder,
  make: (earlier: readonly RoundFile[]) => Promise<RoundFile>,
  signal: AbortSignal,
): Promise<RoundFile> {
  return withFileLock(
    join(placeIn(dataset.directory, places.rounds), 'next'),
    async () => {
      const round = await make(await readRounds(dataset));
      await writeJson(roundPath(dataset, round.round), round);
      return round;
    },
    { signal, patience: Number.POSITIVE_INFINITY },
  );
}

export async function writeResults(dataset: DatasetFolder, results: ResultsFile): Promise<void> {
  await writeJson(resultsPath(dataset, results.round), results);
}
