import { compareFiles } from '../data/dataset/fileVersions';
import { listSource } from '../data/dataset/import';
import type { Dataset } from '../data/dataset/type';
import type { Job } from '../job';
import { few } from '../text/few';
import { plural } from '../text/plural';

/**
 * What has changed in a dataset's folder since the import, as a sentence; undefined where nothing has. All names are compared,
 * and of these images the content too.
 */
export async function folderNote(dataset: Dataset, indices: Iterable<number>, job: Job): Promise<string | undefined> {
  const { changed } = await compareFiles(dataset, indices, job);
  const listed = await listSource(dataset, job);
  const parts = [
    ...(changed.length > 0
      ? [`${plural(changed.length, 'image')} with another content than was imported (${few(changed)})`]
      : []),
    ...(listed.added.length > 0 ? [`${plural(listed.added.length, 'image')} added (${few(listed.added)})`] : []),
    ...(listed.missing.length > 0
      ? [`${plural(listed.missing.length, 'image')} no longer there (${few(listed.missing)})`]
      : []),
  ];
  if (parts.length === 0) return undefined;
  return `The folder has changed since it was imported: ${parts.join('; ')}; import it again to take that in, labels and rounds stay.`;
}
