import type { LabelEntry } from '../../shared/schema/labels';
import { fileVersion } from '../store/fileVersion';

/**
 * Label files as this process last read or wrote them, so that a file of 10,000 answers is not read and checked again for
 * each new one. Entries are believed only while the file is the very same one (inode, size, times); ask while holding the
 * file's lock. Belongs to one opened dataset, since answers are checked against its images and classes.
 */
export class LabelMemory {
  private readonly files = new Map<string, { version: string; entries: ReadonlyMap<string, LabelEntry> }>();

  async recall(path: string): Promise<ReadonlyMap<string, LabelEntry> | null> {
    const known = this.files.get(path);
    return known && known.version === (await fileVersion(path)) ? known.entries : null;
  }

  async remember(path: string, entries: ReadonlyMap<string, LabelEntry>): Promise<void> {
    const version = await fileVersion(path);
    if (version === null) this.files.delete(path);
    else this.files.set(path, { version, entries });
  }
}
