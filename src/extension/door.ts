import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { mostBytes, readRegular } from '../shared/workspace/regularFile';

// a pipe that nobody writes to would be waited for for ever
const { O_RDONLY, O_NONBLOCK = 0 } = constants;

/** The bytes of a regular file of a kind. Nothing of the extension opens a file to read it but here; what is refused is a `RefusedFile`. */
export async function readBytes(path: string, kind: keyof typeof mostBytes): Promise<Buffer> {
  const bytes = await readRegular(() => open(path, O_RDONLY | O_NONBLOCK), mostBytes[kind]);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** The same as UTF-8. */
export const readText = async (path: string, kind: keyof typeof mostBytes): Promise<string> =>
  (await readBytes(path, kind)).toString('utf8');
