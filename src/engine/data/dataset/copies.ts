import * as z from 'zod';
import { schemaVersion } from '../../../shared/schema/common';
import { placeIn, places } from '../../../shared/workspace/paths';
import { breathe, type Job } from '../../job';
import { writeFileAtomic } from '../../store/atomicFile';
import { sha256 } from '../../store/digest';
import { readUtf8 } from '../../store/door';
import type { Dataset } from './type';

/** What of a dataset tells which images are copies. */
type CopiedDataset = Pick<Dataset, 'directory' | 'file' | 'images' | 'pixels' | 'indexOf'>;

const copiesFile = z.strictObject({
  schema: schemaVersion,
  /** Digest of the dataset that they were found in. */
  dataset: z.string(),
  groups: z.array(z.array(z.string())),
});

/** Images between two breaths. */
const AT_ONCE = 256;

/** Groups of two or more images with the same pixels, by index, ascending; found once for a dataset and kept in its cache. */
export async function copyGroups(dataset: CopiedDataset, job: Job): Promise<number[][]> {
  if (dataset.file.duplicates.groups === 0) return [];
  const path = placeIn(dataset.directory, places.copies);
  const known = copiesFile.safeParse(
    await readUtf8(path, 'list')
      .then(JSON.parse)
      .catch(() => null),
  ).data;
  const groups = known?.dataset === dataset.file.digest ? known.groups : null;
  const indices = groups?.map((ids) => ids.flatMap((id) => dataset.indexOf(id) ?? []));
  if (indices) return indices.map((group) => group.sort((a, b) => a - b));
  const found = await findCopies(dataset, job);
  const ids = found.map((group) => group.map((i) => dataset.images[i].id));
  const file: z.infer<typeof copiesFile> = { schema: 1, dataset: dataset.file.digest, groups: ids };
  await writeFileAtomic(path, `${JSON.stringify(file)}\n`).catch(() => {}); // it only saves time
  return found;
}

async function findCopies({ images, pixels }: CopiedDataset, job: Job): Promise<number[][]> {
  const groups = new Map<string, number[]>();
  const bytes = new Uint8Array(pixels.channels * pixels.height * pixels.width);
  for (const i of images.keys()) {
    if (i % AT_ONCE === 0) await breathe(job);
    pixels.read(i, bytes, 0);
    const hash = sha256(bytes);
    groups.set(hash, [...(groups.get(hash) ?? []), i]);
  }
  return [...groups.values()].filter((group) => group.length > 1);
}
