import * as z from 'zod';
import { schemaVersion } from '../../../shared/schema/common';
import { placeIn, places } from '../../../shared/workspace/paths';
import { type Job, throwIfCancelled } from '../../job';
import { writeFileAtomic } from '../../store/atomicFile';
import { sha256 } from '../../store/digest';
import { readUtf8 } from '../../store/door';
import { fileVersion } from '../../store/fileVersion';
import { concurrency, mapInOrder } from '../mapInOrder';
import { withImage } from '../readImage';
import type { Dataset } from './type';

/** Which file each image was when it was last compared, so that comparing takes no reading; only time is lost without it. */

const versionsFile = z.strictObject({
  schema: schemaVersion,
  files: z.record(z.string(), z.tuple([z.string(), z.string()])),
});

/** Image id → version of its file, and the hash that the file had. */
export type FileVersions = ReadonlyMap<string, readonly [version: string, hash: string]>;

export async function writeVersions(directory: string, versions: FileVersions): Promise<void> {
  const file: z.infer<typeof versionsFile> = {
    schema: 1,
    files: Object.fromEntries([...versions].map(([id, [version, hash]]) => [id, [version, hash]])),
  };
  await writeFileAtomic(placeIn(directory, places.files), `${JSON.stringify(file)}\n`).catch(() => {});
}

async function readVersions(directory: string): Promise<Map<string, readonly [string, string]>> {
  const text = await readUtf8(placeIn(directory, places.files), 'list').catch(() => 'null');
  try {
    return new Map(Object.entries(versionsFile.safeParse(JSON.parse(text)).data?.files ?? {}));
  } catch {
    return new Map();
  }
}

export interface Comparison {
  /** Ids of images whose file has another content than at the import, sorted. */
  readonly changed: readonly string[];
  /** Ids of those whose file is gone or can't be read. */
  readonly missing: readonly string[];
}

/** Compares files with what was imported of them: by size and time, and by content where these have changed. */
export async function compareFiles(
  dataset: Pick<Dataset, 'directory' | 'images' | 'sourceFile'>,
  indices: Iterable<number>,
  job: Job,
): Promise<Comparison> {
  const known = await readVersions(dataset.directory);
  const [changed, missing]: [string[], string[]] = [[], []];
  let isNew = false;
  const compare = async (index: number) => {
    const { id, hash } = dataset.images[index];
    const path = dataset.sourceFile(index);
    if (path === null) return null;
    const version = await fileVersion(path);
    if (version === null) return { id, state: 'missing' as const };
    const before = known.get(id);
    if (before?.[0] === version && before[1] === hash) return null;
    const now = await withImage(path, async (file) => sha256(file)).catch(() => null);
    if (now === null) return { id, state: 'missing' as const };
    if (now !== hash) return { id, state: 'changed' as const };
    known.set(id, [version, hash]);
    isNew = true;
    return null;
  };
  for await (const found of mapInOrder(indices, concurrency(), compare)) {
    throwIfCancelled(job);
    if (found) (found.state === 'changed' ? changed : missing).push(found.id);
  }
  if (isNew) await writeVersions(dataset.directory, known);
  return { changed: changed.sort(), missing: missing.sort() };
}
