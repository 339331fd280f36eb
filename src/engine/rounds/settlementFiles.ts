import { readdir } from 'node:fs/promises';
import { type Settlement, serialiseSettlements } from '../../shared/schema/settlements';
import { annotatorsOf } from '../../shared/workspace/labels';
import { placeIn, places } from '../../shared/workspace/paths';
import { parseSettlementFile, type Settlements, settlementsOf } from '../../shared/workspace/settlements';
import type { Dataset, DatasetFolder } from '../data/dataset/type';
import { inputError, UserError } from '../errors';
import { writeFileAtomic } from '../store/atomicFile';
import { readUtf8 } from '../store/door';
import { withFileLock } from '../store/fileLock';
import { checkedValue } from '../store/jsonFile';

type SettledDataset = Pick<Dataset, 'directory' | 'file'>;

export const settlementPath = ({ directory }: DatasetFolder, by: string): string =>
  placeIn(directory, places.settlementsOf(by));

/** Everybody who has settled something, sorted. */
export async function settlersIn(directory: string): Promise<string[]> {
  const folder = placeIn(directory, places.settlements);
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw inputError(`Cannot read ${folder} (${error.message}); allow reading it.`, error);
  });
  return annotatorsOf(names);
}

/** What was settled, by everybody. A damaged file is an error unless `onProblem` goes on: what it says is forgotten then. */
export async function readSettlements(
  { directory, file }: SettledDataset,
  onProblem: (problem: UserError, until: string) => void,
): Promise<Settlements> {
  const files = new Map<string, ReadonlyMap<string, Settlement>>();
  for (const by of await settlersIn(directory))
    try {
      files.set(by, await readFileOf({ directory }, by));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      onProblem(error, `Until then nothing that ${by} settled counts.`);
    }
  return settlementsOf(files, file.classes);
}

/** What one person settled; empty when there is no such file yet. */
async function readFileOf(dataset: DatasetFolder, by: string): Promise<ReadonlyMap<string, Settlement>> {
  const path = settlementPath(dataset, by);
  const text = await readUtf8(path, 'labels').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw inputError(`Cannot read ${path} (${error.message}); allow reading it.`, error);
  });
  return text === null ? new Map() : checkedValue(path, parseSettlementFile(text));
}

/** Changes what one person settled: locked, read and replaced in one step. A damaged file is never replaced. */
export async function changeSettlements<T>(
  dataset: DatasetFolder,
  by: string,
  change: (settlements: Map<string, Settlement>) => Promise<T>,
): Promise<T> {
  const path = settlementPath(dataset, by);
  return withFileLock(path, async () => {
    const settlements = new Map(await readFileOf(dataset, by));
    const before = serialiseSettlements(settlements);
    const result = await change(settlements);
    const after = serialiseSettlements(settlements);
    if (after !== before) await writeFileAtomic(path, after);
    return result;
  });
}
