import { randomBytes } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { RefusedFile } from '../../shared/workspace/regularFile';
import { UserError } from '../errors';
import { makeFolder } from './makeFolder';

const reasons: Record<string, string> = {
  ENOSPC: 'there is no space left on the disk; free some space and try again',
  EDQUOT: 'your disk quota is used up; free some space and try again',
  EFBIG: 'the disk does not take files of that size; use another disk',
  EROFS: 'the disk is read-only; use a folder that can be written to',
  EACCES: 'permission is denied; allow writing there or use another folder',
  EPERM: 'permission is denied; allow writing there or use another folder',
  ENOTDIR: 'a part of that path is a file, not a folder; use another folder',
  EEXIST: 'a part of that path is a file, not a folder; use another folder',
  EISDIR: 'a folder of that name is in the way; move it away',
  ENOTEMPTY: 'a folder of that name is in the way; move it away',
  ELOOP: 'it is a link to another file; replace it by a file of its own',
  ENAMETOOLONG: 'the path is too long; use a shorter name or folder',
};

/** The sentence for a write that failed, as a UserError of code 'disk'. A UserError passes through as it is. */
export function diskError(path: string, error: unknown): UserError {
  if (error instanceof UserError) return error;
  if (error instanceof RefusedFile)
    return new UserError('disk', `Cannot write ${path}: ${error.message}; remove it.`, { cause: error });
  const code = (error as NodeJS.ErrnoException | null)?.code ?? '';
  const reason = reasons[code] ?? `the system says "${code || String(error)}"; check the disk and try again`;
  return new UserError('disk', `Cannot write ${path}: ${reason}.`, { cause: error });
}

/**
 * A file that comes into being as a whole or not at all: written beside its place, then flushed and renamed. Makes
 * missing folders. Every failure is a UserError of code 'disk', and then the temporary file is gone and an older file of
 * that name untouched.
 */
export class AtomicFile {
  private constructor(
    readonly path: string,
    private readonly temporary: string,
    private readonly handle: FileHandle,
  ) {}

  static async create(path: string): Promise<AtomicFile> {
    const unique = `${process.pid}-${randomBytes(6).toString('hex')}`;
    const temporary = join(dirname(path), `.${basename(path).slice(0, 80)}.${unique}.tmp`);
    try {
      await makeFolder(dirname(path));
      return new AtomicFile(path, temporary, await open(temporary, 'wx'));
    } catch (error) {
      throw diskError(path, error);
    }
  }

  /** Adds bytes at the end. */
  async write(data: string | Uint8Array): Promise<void> {
    try {
      await this.handle.writeFile(data);
    } catch (error) {
      await this.discard();
      throw diskError(this.path, error);
    }
  }

  /** Puts the file in its place; when this returns it is on the disk. */
  async commit(): Promise<void> {
    try {
      await this.handle.sync();
      await this.handle.close();
      await renamePatiently(this.temporary, this.path);
      await syncFolder(dirname(this.path));
    } catch (error) {
      await this.discard();
      throw diskError(this.path, error);
    }
  }

  /** Gives up: removes the temporary file. */
  async discard(): Promise<void> {
    await this.handle.close().catch(() => {});
    await rm(this.temporary, { force: true }).catch(() => {});
  }
}

/** On Windows a virus scanner or an indexer may hold the old file for a moment. */
async function renamePatiently(from: string, to: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await rename(from, to);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? '';
      if (process.platform !== 'win32' || attempt >= 10 || !['EPERM', 'EACCES', 'EBUSY'].includes(code)) throw error;
      await sleep(20 * (attempt + 1));
    }
  }
}

/** Makes the rename itself last. Windows can't open folders, and some network disks refuse: the file is there anyway. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => null);
  await handle?.sync().catch(() => {});
  await handle?.close();
}

/** Replaces a file as a whole (see AtomicFile). */
export async function writeFileAtomic(path: string, data: string | Uint8Array): Promise<void> {
  const file = await AtomicFile.create(path);
  await file.write(data);
  await file.commit();
}
