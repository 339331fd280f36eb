import type { Dirent } from 'node:fs';
import { readdir, readlink, realpath, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { BrokenImage } from '../../../shared/schema/dataset';
import { isHiddenName } from '../../../shared/workspace/layouts';
import { breathe, type Job } from '../../job';
import { exists } from '../../store/exists';
import { byId } from '../byId';
import { NOT_REGULAR } from '../readImage';

/** A file with the name of an image. */
export interface FoundImage {
  /** Path relative to the folder searched, '/' separators. */
  readonly id: string;
  readonly path: string;
}

type Found =
  | (FoundImage & { readonly kind: 'image' | 'other' })
  | { readonly kind: 'hidden'; readonly name: string }
  | { readonly kind: 'broken'; readonly id: string; readonly problem: string };

/** Names that mean an image. Some of them (.bmp, .heic) can't be decoded; they are listed as broken, not passed over. */
const extensions = new Set(
  '.png .jpg .jpeg .jpe .jfif .webp .gif .tif .tiff .avif .bmp .heic .heif .pgm .ppm'.split(' '),
);

const isImageName = (name: string): boolean => extensions.has(extname(name).toLowerCase());

/** Everything under a folder, in sorted order, links followed (but never in a circle). */
async function* walk(folder: string, exclude: string, job: Job): AsyncGenerator<Found> {
  yield* walkFolder(folder, '', exclude, new Set([await realpath(folder)]), job);
}

async function* walkFolder(
  folder: string,
  prefix: string,
  exclude: string,
  above: ReadonlySet<string>,
  job: Job,
): AsyncGenerator<Found> {
  await breathe(job);
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => error);
  if (entries instanceof Error) {
    yield { kind: 'broken', id: prefix || '.', problem: `the folder can't be read (${entries.code})` };
    return;
  }
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    const id = prefix + entry.name;
    if (path === exclude) continue;
    const kind = await kindOf(entry, path);
    if (kind === 'folder' && (await isEnvironment(path))) yield { kind: 'hidden', name: entry.name };
    else if (kind === 'folder') {
      const real = await realFolder(entry, path);
      if (!above.has(real)) yield* walkFolder(path, `${id}/`, exclude, new Set([...above, real]), job);
    } else if (kind === 'hidden') yield { kind, name: entry.name };
    else if (kind === 'broken') yield { kind, id, problem: await problemWith(entry, path) };
    else yield { kind, id, path };
  }
}

const realFolder = (entry: Dirent, path: string) => (entry.isSymbolicLink() ? realpath(path) : path);

/** Whether a folder holds programs of Python, pictures of theirs among them. */
const isEnvironment = (path: string): Promise<boolean> => exists(join(path, 'pyvenv.cfg'));

/** What an entry of a folder is, links followed. */
async function kindOf(entry: Dirent, path: string): Promise<Found['kind'] | 'folder'> {
  if (isHiddenName(entry.name)) return 'hidden';
  const isOpaque = entry.isSymbolicLink() || entry.name.includes(REPLACEMENT);
  const type = isOpaque ? await stat(path).catch(() => null) : entry;
  if (type?.isDirectory()) return 'folder';
  const isMisnamed = type === null && entry.isDirectory();
  if (!isMisnamed && !isImageName(entry.name)) return 'other';
  return type?.isFile() ? 'image' : 'broken';
}

/** Stands in a name for bytes that are no UTF-8; the file can't be opened by such a name. */
const REPLACEMENT = '\uFFFD';

/** Why there is no image behind a name. */
async function problemWith(entry: Dirent, path: string): Promise<string> {
  if (entry.isSymbolicLink()) {
    const target = await readlink(path).catch(() => '');
    if (/(^|\/)annex\/objects\//.test(target))
      return 'it is a link of git-annex to a file that is not here; run "git annex get"';
    return (await exists(path)) ? NOT_REGULAR : 'the link leads nowhere';
  }
  return entry.name.includes(REPLACEMENT) ? 'its name is not valid UTF-8; rename it' : NOT_REGULAR;
}

/** Files that are no images. */
export interface Ignored {
  /** Hidden files and folders (their name begins with a dot). */
  readonly hidden: number;
  /** Files of other kinds. */
  readonly other: number;
}

export interface FolderContent {
  /** Sorted by id. */
  readonly images: readonly FoundImage[];
  readonly broken: readonly BrokenImage[];
  readonly ignored: Ignored;
  /** Names of folders that systems and programs make, without those that begin with a dot. */
  readonly passedOver: readonly string[];
  /** Names of tables (csv, tsv) that lie in the folder itself. */
  readonly tables: readonly string[];
}

/** What lies in a folder, by one walk for all who ask. */
export type Walked = () => Promise<FolderContent>;

export function walkedOnce(folder: string, exclude: string, job: Job): Walked {
  let content: Promise<FolderContent> | undefined;
  return () => {
    content ??= findImages(folder, exclude, job);
    return content;
  };
}

/** All images under a folder. */
export async function findImages(folder: string, exclude: string, job: Job): Promise<FolderContent> {
  const images: FoundImage[] = [];
  const broken: BrokenImage[] = [];
  const ignored = { hidden: 0, other: 0 };
  const passedOver = new Set<string>();
  const tables: string[] = [];
  for await (const found of walk(folder, exclude, job)) {
    if (found.kind === 'image') {
      images.push({ id: found.id, path: found.path });
      if (images.length % 500 === 0) {
        job.report({ stage: 'Looking for images', done: images.length, total: images.length, unit: 'images' });
        await breathe(job);
      }
    } else if (found.kind === 'broken') broken.push({ id: found.id, problem: found.problem });
    else if (!('name' in found)) {
      ignored.other++;
      if (/^[^/]+\.[ct]sv$/i.test(found.id)) tables.push(found.id);
    } else {
      ignored.hidden++;
      if (!found.name.startsWith('.')) passedOver.add(found.name);
    }
  }
  return { images: images.sort(byId), broken: broken.sort(byId), ignored, passedOver: [...passedOver].sort(), tables };
}
