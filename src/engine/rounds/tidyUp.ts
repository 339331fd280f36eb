import { placeIn, places } from '../../shared/workspace/paths';
import { removeLeftOvers, removeLeftOversBelow } from '../store/leftOvers';
import { finishClassChange } from './classChanges';

/** What may hold a file an image, and would take a while to look through. */
const large = [places.cache, places.faces];
/** What has few files of the cache. */
const small = [places.predictions, `${places.cache}/features`, `${places.cache}/embeddings`];

/** Puts a dataset in order that a process was writing when it was killed: a change of classes is finished, temporary files go. */
export async function tidyUp(directory: string): Promise<void> {
  await finishClassChange(directory);
  await removeRemains(directory);
}

/** Removes temporary files from a dataset; for what looks after unfinished changes of classes itself. */
export async function removeRemains(directory: string): Promise<void> {
  await removeLeftOversBelow(directory, new Set(large.map((place) => placeIn(directory, place))));
  await removeLeftOvers(placeIn(directory, places.cache));
  for (const place of small) await removeLeftOversBelow(placeIn(directory, place));
}
