import { fileVersion } from '../store/fileVersion';
import type { LabelFile } from './rawLabels';

/**
 * Label files as this process last read or wrote them, so that a file of 100,000 answers is not read and checked again for
 * each new one. They are believed only while the file is the very same one (inode, size, times); ask while holding the
 * file's lock. Belongs to one opened dataset, since answers are checked against its images and classes.
 */
export class LabelMemory {
  private readonly files = new Map<string, { readonly version: string; readonly file: LabelFile }>();

  async recall(path: string): Promise<LabelFile | null> {
    const known = this.files.get(path);
    return known && known.version === (await fileVersion(path)) ? known.file : null;
  }

  async remember(path: string, file: LabelFile): Promise<void> {
    const version = await fileVersion(path);
    if (version === null) this.files.delete(path);
    else this.files.set(path, { version, file });
  }
}
