import { datasetsOf, placeIn, places } from './paths';

/** How a disk is asked; as Node's functions do it, in ways that fail with null or false. */
export interface Disk {
  /** Where a path leads, links followed; null where nothing is. */
  realpath(path: string): Promise<string | null>;
  exists(path: string): Promise<boolean>;
  /** The folder that a path lies in; of a root itself. */
  dirname(path: string): string;
}

/** A folder of a dataset that is somewhere else in truth. */
export interface WayOut {
  /** Of the dataset. */
  readonly directory: string;
  /** Where the folder is, links followed. */
  readonly real: string;
}

/**
 * Whether a link leads out of a dataset's folder: a repository can hold one in the place of `labels/`. `folder`: an absolute path, of
 * which a part need not be there yet. Of several folders above it that may be the dataset those count that are one; links
 * above the dataset are the user's own.
 */
export async function wayOut(folder: string, disk: Disk): Promise<WayOut | null> {
  const candidates = datasetsOf(folder).map(({ ref }) => ref.directory);
  if (candidates.length === 0) return null;
  const known: string[] = [];
  for (const directory of candidates) if (await disk.exists(placeIn(directory, places.dataset))) known.push(directory);
  const real = await realPart(folder, disk);
  for (const directory of known.length > 0 ? known : candidates) {
    const root = await disk.realpath(directory); // null: nothing of it is there yet
    if (root !== null && !isBelow(root, real)) return { directory, real };
  }
  return null;
}

/** Whether a path is a folder or lies below it; both absolute, and links followed. */
export const isBelow = (folder: string, path: string): boolean =>
  path === folder || path.startsWith(/[\\/]$/.test(folder) ? folder : folder + (folder.includes('\\') ? '\\' : '/'));

/** Where as much of a path leads as is there. */
async function realPart(path: string, disk: Disk): Promise<string> {
  const real = await disk.realpath(path);
  const above = disk.dirname(path);
  return real ?? (above === path ? path : realPart(above, disk));
}
