import { randomBytes } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import sharp from 'sharp';
import { breathe, type Job } from '../job';
import { diskError } from '../store/atomicFile';
import { makeFolder } from '../store/makeFolder';
import { inRoom } from './decodingRoom';
import { withImage } from './readImage';

/** The longer edge of a small picture, in pixels. */
const EDGE = 192;
/** Pictures made at the same time: a training may run beside. */
const AT_ONCE = 2;

/** Makes small pictures of whole images, turned upright; tells of each whether the image could be decoded. */
export async function makeThumbnails(
  files: readonly { readonly source: string; readonly target: string }[],
  job: Job,
): Promise<boolean[]> {
  sharp.concurrency(1);
  sharp.cache(false); // this process stays, and files change
  const made: boolean[] = [];
  for (let from = 0; from < files.length; from += AT_ONCE) {
    await breathe(job);
    made.push(...(await Promise.all(files.slice(from, from + AT_ONCE).map(makeOne))));
  }
  return made;
}

async function makeOne({ source, target }: { readonly source: string; readonly target: string }): Promise<boolean> {
  let bytes: Buffer;
  try {
    bytes = await withImage(source, (file) => inRoom(file, () => small(file)));
  } catch {
    return false;
  }
  await keep(target, bytes);
  return true;
}

// what is left of a truncated file is better than nothing to look at
const small = (file: Uint8Array): Promise<Buffer> =>
  sharp(file, { failOn: 'none' })
    .autoOrient()
    .resize(EDGE, EDGE, { fit: 'inside', withoutEnlargement: true })
    .webp({ quality: 80 })
    .toBuffer();

/** Nothing is lost with the power here, so unlike other files this one is not flushed. */
async function keep(path: string, bytes: Buffer): Promise<void> {
  const temporary = `${path}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`;
  try {
    await makeFolder(dirname(path));
    await writeFile(temporary, bytes);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw diskError(path, error);
  }
}
