import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { foreignKind, HEAD } from './fileKind';

/** An image file that can't be used; the message is the reason, in words that follow its name. */
export class UnusableFile extends Error {}

/** Why what is neither file nor folder can't be an image. */
export const NOT_REGULAR = 'it is a pipe, a socket or a device, not a file';

/** Larger files are no images that a person labels; what is read at a time has to fit into memory. */
const LARGEST = 2 ** 30;
/** Files from this size on are read one after the other, however many are asked for at a time. */
const LARGE = 64 * 2 ** 20;

// a pipe that nobody writes to would be waited for for ever
const { O_RDONLY, O_NONBLOCK = 0 } = constants;

let largeBefore: Promise<unknown> = Promise.resolve();

/** The bytes of an image file. What is no regular file, too large or clearly something else is refused before it is read. */
export async function readImage(path: string): Promise<Buffer> {
  const { handle, size } = await openRegular(path);
  try {
    const head = await readTo(handle, Buffer.alloc(Math.min(HEAD, size)), 0);
    const problem = foreignKind(head);
    if (problem) throw new UnusableFile(problem);
    if (size <= LARGE) return await rest(handle, head, size);
    const turn = largeBefore.then(() => rest(handle, head, size));
    largeBefore = turn.catch(() => {});
    return await turn;
  } finally {
    await handle.close();
  }
}

async function openRegular(path: string): Promise<{ handle: FileHandle; size: number }> {
  const handle = await open(path, O_RDONLY | O_NONBLOCK).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENXIO' || error.code === 'EOPNOTSUPP') throw notRegular(); // a socket
    throw error;
  });
  const info = await handle.stat();
  const problem = info.isDirectory()
    ? 'it is a folder, not a file'
    : !info.isFile()
      ? NOT_REGULAR
      : info.size === 0
        ? 'the file is empty'
        : info.size > LARGEST
          ? 'the file is larger than 1 GiB'
          : null;
  if (problem === null) return { handle, size: info.size };
  await handle.close();
  throw new UnusableFile(problem);
}

const notRegular = () => new UnusableFile(NOT_REGULAR);

async function rest(handle: FileHandle, head: Buffer, size: number): Promise<Buffer> {
  if (head.length === size) return head;
  const all = Buffer.allocUnsafe(size);
  head.copy(all);
  return readTo(handle, all, head.length);
}

/** Fills the buffer from a place on; shorter where the file has become shorter meanwhile. */
async function readTo(handle: FileHandle, target: Buffer, from: number): Promise<Buffer> {
  let at = from;
  while (at < target.length) {
    const { bytesRead } = await handle.read(target, at, target.length - at, at);
    if (bytesRead === 0) break;
    at += bytesRead;
  }
  return target.subarray(0, at);
}
