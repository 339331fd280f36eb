import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { mostBytes, openRegular, readRegular, requireRegular } from '../../shared/workspace/regularFile';
import { inputError } from '../errors';

/** Nothing of the engine opens a file to read it but here (a test checks that). What is refused is a `RefusedFile`. */

// a pipe that nobody writes to would be waited for for ever
const { O_RDONLY, O_NONBLOCK = 0 } = constants;
const READING = O_RDONLY | O_NONBLOCK;

/** A kind of file, which says how many bytes are read at most; or that number. */
export type Bound = keyof typeof mostBytes | number;

const mostOf = (bound: Bound): number => (typeof bound === 'number' ? bound : mostBytes[bound]);

/** Opens a regular file, to be closed by the caller. */
export async function openFile(
  path: string,
  bound: Bound,
): Promise<{ readonly handle: FileHandle; readonly size: number }> {
  const { file, size } = await openRegular(() => open(path, READING), mostOf(bound));
  return { handle: file, size };
}

/** The bytes of a regular file. */
export async function readBytes(path: string, bound: Bound): Promise<Buffer> {
  const bytes = await readRegular(() => open(path, READING), mostOf(bound));
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** The same as UTF-8. */
export const readUtf8 = async (path: string, bound: Bound): Promise<string> =>
  (await readBytes(path, bound)).toString('utf8');

/** The bytes of a file that somebody named. A missing one, and one that can't be read, is an input error. */
export const readNamed = (path: string, bound: Bound): Promise<Buffer> =>
  readBytes(path, bound).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw inputError(`There is no file ${path}; check the path.`, error);
    throw inputError(`Cannot read ${path} (${error.code ?? error.message}); make it a file that can be read.`, error);
  });

/** Opens a regular file for a reader that can't wait; its descriptor, to be closed by the caller, and its size. */
export function openFileSync(path: string, bound: Bound): { readonly descriptor: number; readonly size: number } {
  const descriptor = openSync(path, READING);
  try {
    const info = fstatSync(descriptor);
    requireRegular(info, mostOf(bound));
    return { descriptor, size: info.size };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}
