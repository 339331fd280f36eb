import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { wayOut } from '../../../shared/workspace/inside';
import { placeIn, places } from '../../../shared/workspace/paths';
import { inputError } from '../../errors';
import { disk } from '../../store/inside';

/** Folders of a dataset whose own folders are looked at too: what lies in them is named by digests, and cleared away. */
const deeper = [places.models, places.repeats, places.cache, places.benchmarks];

/**
 * Throws where a link in a dataset's folder leads out of it: what is read there would come from elsewhere, and what is cleared
 * away would be somebody else's. Writing asks again, for every file.
 */
export async function requireOwnFolders(directory: string): Promise<void> {
  for (const folder of [directory, ...deeper.map((place) => placeIn(directory, place))]) {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    for (const { name } of entries.filter((entry) => entry.isSymbolicLink())) {
      const way = await wayOut(join(folder, name), disk);
      if (way)
        throw inputError(
          `${join(folder, name)} is a link that leads out of the dataset's folder, to ${way.real}; replace it by a folder or a file of its own.`,
        );
    }
  }
}
