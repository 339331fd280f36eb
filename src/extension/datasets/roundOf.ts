import { roundFile } from '../../shared/schema/round';
import { placeIn, places } from '../../shared/workspace/paths';
import { readText } from '../door';
import type { DatasetState } from './datasetState';

/** The newest round that asked for an image; undefined when none did. */
export async function roundOf({ ref, rounds }: Pick<DatasetState, 'ref' | 'rounds'>, image: string) {
  for (const { round } of rounds.toReversed()) {
    const text = await readText(placeIn(ref.directory, places.round(round)), 'json').catch(() => '');
    if (!text.includes(JSON.stringify(image))) continue; // spares parsing what can't hold it
    const parsed = roundFile.safeParse(JSON.parse(text));
    if (parsed.success && parsed.data.picks.some((pick) => pick.image === image)) return round;
  }
  return undefined;
}
