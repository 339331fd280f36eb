import { basename } from 'node:path';
import { foldedName } from '../../../shared/namesAlike';
import { inputError } from '../../errors';
import { resolveRoot } from '../dataset/folder';
import type { Dataset } from '../dataset/type';

export type NamedDataset = Pick<Dataset, 'name' | 'directory' | 'images' | 'indexOf'> & {
  readonly file: Pick<Dataset['file'], 'root'>;
};

/** An image, or why there is none: no such name, several that are meant, or a second folder in one list. */
export type FoundImage = number | 'unknown' | 'several' | 'otherFolder';

/**
 * Finds the images that a person's list names: as it is written; with / for \; in the other form of letters with marks
 * (files of a Mac) or in other case, where just one image has that name; and with the way to the dataset's folder before it.
 */
export class ImageNames {
  private readonly folder: string;
  private byName: Map<string, number[]> | undefined;
  private taken: string | null = null;

  constructor(private readonly dataset: NamedDataset) {
    this.folder = foldedName(basename(resolveRoot(dataset.directory, dataset.file.root)));
  }

  /** What was taken off the names, the last step of it the dataset's folder; null where nothing was. */
  get takenOff(): string | null {
    return this.taken;
  }

  find(name: string): FoundImage {
    const exact = this.dataset.indexOf(name);
    if (exact !== undefined) return exact;
    const path = name.replaceAll('\\', '/').replace(/^(\.\/)+/, '');
    const found = this.byPath(path);
    return found === 'unknown' ? this.belowFolder(path) : found;
  }

  /** @throws UserError where the name is that of no image. */
  require(name: string, where: string): number {
    const found = this.find(name);
    if (typeof found === 'number') return found;
    throw inputError(`${where}: ${this.problem(name, found)}`);
  }

  private problem(name: string, why: Exclude<FoundImage, number>): string {
    const { dataset } = this;
    switch (why) {
      case 'unknown':
        return `image "${name}" is not in dataset ${dataset.name}; paths are relative to the dataset's folder.`;
      case 'several':
        return `several images of dataset ${dataset.name} may be meant by "${name}"; write the one as it is on the disk.`;
      case 'otherFolder':
        return `"${name}" lies in another folder than rows above, which begin with ${this.taken}; keep the images of one folder.`;
    }
  }

  private byPath(path: string): FoundImage {
    const exact = this.dataset.indexOf(path);
    if (exact !== undefined) return exact;
    this.byName ??= this.names();
    const alike = this.byName.get(foldedName(path)) ?? [];
    const composed = path.normalize('NFC');
    const same = alike.filter((i) => this.dataset.images[i]!.id.normalize('NFC') === composed);
    const meant = same.length > 0 ? same : alike;
    return meant.length === 0 ? 'unknown' : meant.length === 1 ? meant[0]! : 'several';
  }

  private belowFolder(path: string): FoundImage {
    const steps = path.split('/');
    for (let i = 0; i + 1 < steps.length; i++) {
      if (foldedName(steps[i]!) !== this.folder) continue;
      const found = this.byPath(steps.slice(i + 1).join('/'));
      if (found === 'unknown') continue;
      const before = steps.slice(0, i + 1).join('/');
      if (this.taken !== null && this.taken !== before) return 'otherFolder';
      this.taken = before;
      return found;
    }
    return 'unknown';
  }

  private names(): Map<string, number[]> {
    const names = new Map<string, number[]>();
    for (const [i, { id }] of this.dataset.images.entries()) {
      const alike = names.get(foldedName(id));
      if (alike) alike.push(i);
      else names.set(foldedName(id), [i]);
    }
    return names;
  }
}
