import { placeIn, places } from '../../shared/workspace/paths';
import { removeLeftOvers } from '../store/leftOvers';
import { finishClassChange } from './classChanges';

/** Folders of a dataset that files are written into. */
const folders = [
  '.',
  places.labels,
  places.settlements,
  `${places.repeats}/${places.labels}`,
  places.rounds,
  places.results,
  places.classes,
  places.models,
  places.externalEncoders,
  places.embeddings,
  places.cache,
];

/** Puts a dataset in order that a process was writing when it was killed: a change of classes is finished, temporary files go. */
export async function tidyUp(directory: string): Promise<void> {
  await finishClassChange(directory);
  for (const folder of folders) await removeLeftOvers(placeIn(directory, folder));
}
