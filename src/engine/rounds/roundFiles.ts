import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ZodType } from 'zod';
import { type ResultsFile, resultsFile } from '../../shared/schema/results';
import { type RoundFile, roundFile } from '../../shared/schema/round';
import type { Dataset } from '../data/dataset/type';
import { damagedError, inputError } from '../errors';
import { readJson, writeJson } from '../store/atomicFile';
import { withFileLock } from '../store/fileLock';

type Folder = Pick<Dataset, 'directory'>;

const fileName = (round: number) => `${String(round).padStart(4, '0')}.json`;

export const roundPath = (dataset: Folder, round: number) => join(dataset.directory, 'rounds', fileName(round));
export const resultsPath = (dataset: Folder, round: number) => join(dataset.directory, 'results', fileName(round));

/** All rounds in order; an absent folder means none yet. */
export const readRounds = (dataset: Folder): Promise<RoundFile[]> => readNumbered(dataset, 'rounds', roundFile);

/** All results in order of their round. */
export const readResults = (dataset: Folder): Promise<ResultsFile[]> => readNumbered(dataset, 'results', resultsFile);

async function readNumbered<T extends { round: number }>(dataset: Folder, folder: string, schema: ZodType<T>) {
  const directory = join(dataset.directory, folder);
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw inputError(`Cannot read ${directory} (${error.message}); allow reading it.`, error);
  });
  const files: T[] = [];
  for (const name of names.filter((n) => /^\d{4,}\.json$/.test(n))) {
    const file = await readJson(join(directory, name), schema);
    if (fileName(file.round) !== name)
      throw damagedError(
        `${join(directory, name)} says it is number ${file.round}; rename it to ${fileName(file.round)}.`,
      );
    files.push(file);
  }
  return files.sort((a, b) => a.round - b.round);
}

/**
 * Writes the next round. `make` gets the rounds that are there, under a lock: two queries at the same time can't write
 * the same number or ask for the same images.
 */
export async function addRound(
  dataset: Folder,
  make: (earlier: readonly RoundFile[]) => Promise<RoundFile>,
  signal: AbortSignal,
): Promise<RoundFile> {
  return withFileLock(
    join(dataset.directory, 'rounds', 'next'),
    async () => {
      const round = await make(await readRounds(dataset));
      await writeJson(roundPath(dataset, round.round), round);
      return round;
    },
    { signal, patience: Number.POSITIVE_INFINITY },
  );
}

export async function writeResults(dataset: Folder, results: ResultsFile): Promise<void> {
  await writeJson(resultsPath(dataset, results.round), results);
}
