import type { FileHandle } from 'node:fs/promises';
import { fill, RefusedFile } from '../../shared/workspace/regularFile';
import { openFile } from '../store/door';
import { foreignKind, HEAD } from './fileKind';
import { Room } from './room';
import { UnusableFile } from './unusableFile';

/** Why what is neither file nor folder can't be an image. */
export const NOT_REGULAR = new RefusedFile('special').message;

/** Larger files are no images that a person labels: one of 108 megapixels, 8 bits and not packed at all has 309 MiB. */
const LARGEST = 512 * 2 ** 20;
/** Bytes of files that a process holds at a time, however many images are asked for. */
const files = new Room(LARGEST);

/**
 * Lends the bytes of an image file to `use`, as long as that lasts. What is no regular file, too large or clearly something else is
 * refused before it is read.
 */
export async function withImage<T>(path: string, use: (file: Buffer) => Promise<T>): Promise<T> {
  const { handle, size } = await openFile(path, LARGEST).catch((error: unknown) => {
    throw error instanceof RefusedFile ? new UnusableFile(reasonOf(error)) : error;
  });
  try {
    if (size === 0) throw new UnusableFile('the file is empty');
    const head = await fill(handle, Buffer.alloc(Math.min(HEAD, size)), 0);
    const problem = foreignKind(head);
    if (problem) throw new UnusableFile(problem);
    return await files.during(size, async () => use(await whole(handle, head, size)));
  } finally {
    await handle.close();
  }
}

const reasonOf = ({ refusal, message }: RefusedFile): string =>
  refusal === 'large' ? `the file is larger than ${LARGEST / 2 ** 20} MiB` : message;

async function whole(handle: FileHandle, head: Uint8Array, size: number): Promise<Buffer> {
  const all = Buffer.allocUnsafe(size);
  all.set(head);
  const filled = await fill(handle, all.subarray(head.length), head.length);
  return all.subarray(0, head.length + filled.length);
}
