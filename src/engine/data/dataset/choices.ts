import { basename, extname, isAbsolute, relative, resolve, sep } from 'node:path';
import type { DatasetFile } from '../../../shared/schema/dataset';
import { datasetNameOf, isDatasetName, MAX_DATASET_NAME } from '../../../shared/workspace/datasetName';
import { warmstartFolder } from '../../../shared/workspace/paths';
import { inputError, type UserError, usageError } from '../../errors';
import { otherSpelling } from '../../store/spelling';
import type { BuiltImages } from '../buildImages';
import type { ShapeOptions } from '../imageShape';
import type { ImageSource } from '../importers/source';
import type { SplitWish } from '../importers/splits';
import { resolveRoot } from './folder';

/** The name as given (usage error when impossible), else one made from the folder's. */
export function chooseName(path: string, name: string | undefined): string {
  if (name === undefined) {
    return datasetNameOf(basename(path, extname(path).toLowerCase() === '.csv' ? extname(path) : ''));
  }
  if (!isDatasetName(name))
    throw usageError(
      `"${name}" can't name a dataset; use at most ${MAX_DATASET_NAME} characters, none of < > : " / \\ | ? *, and no dot at either end.`,
    );
  return name;
}

/** Throws where a new dataset's folder would be that of another one on systems where upper and lower case are one. */
export async function requireOwnSpelling(workspace: string, name: string): Promise<void> {
  const other = await otherSpelling(warmstartFolder(workspace), name);
  if (other !== null)
    throw inputError(
      `There is already a dataset "${other}", and "${name}" differs only in upper and lower case or in how its letters are written; give another name with --name.`,
    );
}

/** How dataset.json names the root: relative to its own folder when the root lies in the workspace, else absolute. */
export function storedRoot(workspace: string, directory: string, root: string): string {
  const inside = relative(resolve(workspace), root);
  const isInside = inside !== '..' && !inside.startsWith(`..${sep}`) && !isAbsolute(inside);
  return (isInside ? relative(directory, root) || '.' : root).split(sep).join('/');
}

/** Throws an input error unless an existing dataset of that name was made from the same place in the same way. */
export function checkSameChoices(
  existing: DatasetFile,
  directory: string,
  source: ImageSource,
  options: ShapeOptions &
    SplitWish & { readonly kdef: DatasetFile['kdef']; readonly classes?: readonly string[] | undefined },
): void {
  const refuse = (what: string) =>
    inputError(`There is already a dataset "${existing.name}" ${what}; give this one another name with --name.`);
  const root = resolveRoot(directory, existing.root);
  const { channels, height, width } = existing.image;
  if (root !== source.root) throw refuse(`made from ${root}`);
  if (existing.layout !== source.layout) throw refuse(`with the layout ${existing.layout}`);
  if (options.classes && sorted(options.classes) !== sorted(existing.classes))
    throw inputError(
      `There is already a dataset "${existing.name}" with ${describeClasses(existing.classes)}; leave out --classes, and change its classes with "class".`,
    );
  const { imageSize } = options;
  if (imageSize !== undefined && (height !== imageSize || width !== imageSize))
    throw refuse(`with images of ${width} × ${height} pixels`);
  if (options.channels !== undefined && options.channels !== channels)
    throw refuse(`with ${channels === 1 ? 'grey' : 'colour'} images`);
  const { fit = 'cover', ground = 'black' } = existing.decoding ?? {};
  if (options.fit !== undefined && options.fit !== fit) throw refuse(`made with --fit ${fit}`);
  if (options.ground !== undefined && options.ground !== ground) throw refuse(`made with --ground ${ground}`);
  checkSameParts(existing, options, refuse);
  const { frontalOnly, seed } = existing.kdef ?? options.kdef ?? {};
  if (options.kdef?.frontalOnly !== frontalOnly || options.kdef?.seed !== seed)
    throw refuse(`split with seed ${seed}${frontalOnly ? ' from frontal faces only' : ''}`);
}

function checkSameParts(
  { reading }: DatasetFile,
  { train, test, splits }: SplitWish,
  refuse: (what: string) => UserError,
): void {
  const now = { train: reading?.train ?? [], test: reading?.test ?? [] };
  const differs = (wish: readonly string[] | undefined, names: readonly string[]) =>
    wish !== undefined && sorted(wish) !== sorted(names);
  const hasParts = now.train.length + now.test.length > 0;
  if (differs(train, now.train) || differs(test, now.test) || (splits === false && hasParts))
    throw refuse(
      hasParts
        ? `that learns from ${now.train.join(', ') || 'all other folders'} and is tested on ${now.test.join(', ') || 'nothing'}`
        : 'with other parts to learn from and to test on',
    );
}

const sorted = (names: readonly string[]): string => [...names].sort().join('\0');

const describeClasses = (classes: readonly string[]): string =>
  classes.length === 0 ? 'no classes' : `the classes ${classes.join(', ')}`;

/** Images that are no longer those of the import: which, as far as dataset.json can tell. */
export function changedError(file: DatasetFile, source: ImageSource, { entries, broken }: BuiltImages): UserError {
  const before = file.split.train + file.split.test;
  const known = new Set(file.broken.map(({ id }) => id));
  const unread = broken.find(({ id }) => !known.has(id));
  const what = unread
    ? `${unread.id}: ${unread.problem}`
    : entries.length === before
      ? 'as many, but with other names, contents or classes'
      : `${entries.length} usable, ${before} then`;
  return inputError(
    `The images in ${source.root} are not those that dataset "${file.name}" was made of (${what}); put the old ones back, or import the folder again to take in what has changed.`,
  );
}
