import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { requireRegular } from '../../shared/workspace/regularFile';
import { diskError } from './atomicFile';
import { requireInside } from './inside';

// neither by a link to a file elsewhere, nor into a pipe
const { O_RDWR, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;

/**
 * Adds text at the end of a file that is there; when this returns it is on the disk. When it fails the file is as long as
 * before, unless the disk refuses that as well. To be called while holding the file's lock.
 */
export async function appendToFile(path: string, text: string): Promise<void> {
  try {
    await requireInside(path);
    const file = await open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK);
    try {
      await append(file, Buffer.from(text));
    } finally {
      await file.close();
    }
  } catch (error) {
    throw diskError(path, error);
  }
}

async function append(file: FileHandle, bytes: Buffer): Promise<void> {
  const info = await file.stat();
  requireRegular(info, Number.MAX_SAFE_INTEGER);
  const { size } = info;
  try {
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await file.write(bytes, done, bytes.length - done, size + done);
      done += bytesWritten;
    }
    await file.sync();
  } catch (error) {
    await file.truncate(size).catch(() => {});
    throw error;
  }
}
