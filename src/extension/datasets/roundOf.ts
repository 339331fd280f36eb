import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { roundFile } from '../../shared/schema/round';
import type { DatasetState } from './datasetState';

/** The newest round that asked for an image; undefined when none did. */
export async function roundOf({ ref, rounds }: Pick<DatasetState, 'ref' | 'rounds'>, image: string) {
  for (const { round } of rounds.toReversed()) {
    const path = join(ref.directory, 'rounds', `${String(round).padStart(4, '0')}.json`);
    const text = await readFile(path, 'utf8').catch(() => '');
    if (!text.includes(JSON.stringify(image))) continue; // spares parsing what can't hold it
    const parsed = roundFile.safeParse(JSON.parse(text));
    if (parsed.success && parsed.data.picks.some((pick) => pick.image === image)) return round;
  }
  return undefined;
}
