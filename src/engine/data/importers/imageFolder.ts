import { basename, join } from 'node:path';
import { cleanClassName, foldedClassName } from '../../../shared/classNames';
import type { Reading } from '../../../shared/schema/dataset';
import { type Split, splitOf } from '../../../shared/workspace/layouts';
import { inputError } from '../../errors';
import type { Job } from '../../job';
import { few } from '../../text/few';
import { plural } from '../../text/plural';
import { byId } from '../byId';
import { type Companions, withoutCompanions } from './companions';
import { numberedClasses } from './numberedClasses';
import { type ImageSource, requireFolder, type SourceItem, type SourceOptions } from './source';
import { type FoundReading, findReading, partFoldersIn, placeBy, plainReading } from './splits';
import { subfoldersOf } from './subfolders';
import { type FolderContent, type FoundImage, walkedOnce } from './walk';

/**
 * Class folders with train/test (or val) folders above or below them, class folders alone (then all is training data), or one
 * folder of images without labels, whose classes `options.classes` gives, or nobody yet. A class is the first folder (below
 * the split folder); what lies deeper belongs to it. With a given class list, images in other folders are unlabelled.
 * Whether folders are classes at all is for the caller to judge, by `subfolders`, and by `doubt` where the parts are.
 */
export async function openImageFolder(folder: string, options: SourceOptions, job: Job): Promise<ImageSource> {
  await requireFolder(folder);
  const content = await (options.walked ?? walkedOnce(folder, options.exclude, job))();
  if (content.images.length === 0) throw noImages(folder, content);
  const leavesOut = options.reading === undefined || options.reading?.companions === 'out';
  const own = leavesOut ? withoutCompanions(content.images) : { images: content.images, files: [], folders: [] };
  const { above, images, broken } =
    options.reading === undefined
      ? unwrapped({ images: own.images, broken: content.broken })
      : { above: '', images: own.images, broken: content.broken };
  const folders = images.map(({ id }) => id.split('/').slice(0, -1));
  const { reading, doubt } =
    options.reading === undefined
      ? withCompanionsOut(findReading(folders, options))
      : { reading: options.reading ?? plainReading(folders), doubt: null };
  const placed: Placed[] = [];
  const outside: string[] = [];
  for (const [i, image] of images.entries()) {
    const place = placeBy(reading, folders[i]);
    if (place) placed.push({ image, ...place });
    else outside.push(folders[i][0] ?? '');
  }
  // names that differ in case were classes of their own before readings were kept
  const named = namedClasses(placed, options.classes, options.reading !== null);
  const index = new Map(named.classes.map((name, i) => [name, i]));
  const items: SourceItem[] = placed.map(({ image, split, steps: [name] }) => {
    const label = name === undefined ? null : (index.get(named.classOf(name)) ?? null);
    return { id: image.id, split, label, content: image.path };
  });
  items.push(...broken);
  const subfolders = subfoldersOf(
    placed.map(({ split, steps }) => ({
      split,
      steps: steps.map((step, i) => (i === 0 ? named.classOf(step) : step)),
    })),
    reading,
  );
  const root = above === '' ? folder : join(folder, ...above.split('/'));
  const isOpen = options.classes === undefined && options.reading === undefined && !options.plainNames;
  const ids = placed.map(({ image }) => image.id);
  const numbered = isOpen ? numberedClasses(named.classes, ids, `${basename(folder)}/${above}`) : null;
  const unknown = subfolders.all.map(({ name }) => name).filter((name) => !index.has(name));
  return {
    layout: 'folders',
    root,
    classes: named.classes,
    total: items.length,
    shape: {},
    items: () => items.sort(byId),
    ignored: content.ignored,
    notes: [
      ...wrapperNote(above),
      ...splitNote(reading, options),
      ...outsideNote(outside, reading),
      ...companionNote(own),
      ...(options.reading === undefined ? partNamesNote(reading, images) : []),
      ...named.notes,
      ...unknownFolderNote(unknown),
      ...passedOverNote(content.passedOver),
      ...tableNote(content.tables),
    ],
    subfolders,
    partFolders: partFoldersIn(folders, reading),
    ...(numbered ? { numbered } : {}),
    ...(options.reading === null ? {} : { reading }),
    ...(doubt === null ? {} : { doubt }),
  };
}

interface Placed {
  readonly image: FoundImage;
  readonly split: Split;
  readonly steps: readonly string[];
}

/** The same as seen from the one folder that holds everything, as archives have it; never from a part or a class. */
function unwrapped({
  images,
  broken,
}: Pick<FolderContent, 'images' | 'broken'>): Pick<FolderContent, 'images' | 'broken'> & { above: string } {
  const shared = images[0].id.split('/').slice(0, -1);
  let depth = 0;
  const isAbove = (n: number) => {
    const prefix = `${shared.slice(0, n).join('/')}/`;
    return (
      images.every(({ id }) => id.startsWith(prefix)) && images.some(({ id }) => id.indexOf('/', prefix.length) > 0)
    );
  };
  while (depth < shared.length && splitOf(shared[depth]) === undefined && isAbove(depth + 1)) depth++;
  const above = shared.slice(0, depth).join('/');
  if (above === '') return { images, broken, above };
  const within = ({ id }: { readonly id: string }) => id.startsWith(`${above}/`);
  const shortened = <T extends { readonly id: string }>(one: T): T => ({ ...one, id: one.id.slice(above.length + 1) });
  return { images: images.map(shortened), broken: broken.filter(within).map(shortened), above };
}

interface NamedClasses {
  readonly classes: string[];
  /** The class that a folder stands for. */
  classOf(folder: string): string;
  readonly notes: readonly string[];
}

/** Classes by the names of folders; names that are one but for case and spaces are one class, called as most images have it. */
function namedClasses(
  placed: readonly Placed[],
  given: readonly string[] | undefined,
  isFolded: boolean,
): NamedClasses {
  const counts = new Map<string, number>();
  for (const { steps } of placed) if (steps[0] !== undefined) counts.set(steps[0], (counts.get(steps[0]) ?? 0) + 1);
  const folders = [...counts.keys()].sort();
  if (!isFolded) {
    const classOf = (folder: string) => folder.normalize('NFC');
    return { classes: [...(given ?? new Set(folders.map(classOf).sort()))], classOf, notes: [] };
  }
  const groups = new Map<string, string[]>();
  for (const folder of folders) {
    const key = foldedClassName(folder);
    groups.set(key, [...(groups.get(key) ?? []), folder]);
  }
  const chosen = new Map((given ?? []).map((name) => [foldedClassName(name), name]));
  for (const [key, names] of groups) {
    const [most] = names.toSorted((a, b) => counts.get(b)! - counts.get(a)!);
    if (!chosen.has(key)) chosen.set(key, cleanClassName(most) || most);
  }
  const exact = new Set(given);
  const classOf = (folder: string) => (exact.has(folder) ? folder : chosen.get(foldedClassName(folder))!);
  const notes = [...groups.values()].flatMap((names) =>
    names.length > 1 ? [mergedNote(names, classOf(names[0]))] : [],
  );
  return { classes: given ? [...given] : [...new Set(folders.map(classOf))].sort(), classOf, notes };
}

const mergedNote = (names: readonly string[], className: string): string =>
  `The folders ${names.map((name) => JSON.stringify(name)).join(' and ')} differ in case, spaces or encoding alone and were taken as one class, ${className}.`;

const wrapperNote = (above: string): string[] =>
  above === '' ? [] : [`All images lie in ${above}, so that folder was imported.`];

/** Which folders were taken for parts, where nobody has said so and their names are not the plain ones. */
function splitNote(
  { train, test, below }: Reading,
  { train: saidTrain, test: saidTest, reading }: SourceOptions,
): string[] {
  if (reading !== undefined || saidTrain || saidTest || train.length + test.length === 0) return [];
  if (!below && [...train, ...test].every((name) => /^(train|test)$/i.test(name))) return [];
  const listed = (names: readonly string[]) => (names.length === 0 ? 'no folder' : names.join(', '));
  return [
    `Learned from is what lies in ${train.length === 0 ? 'the other folders' : listed(train)}, tested on what lies in ${listed(test)}; where that is wrong, import under another --name with --train and --test or --no-splits.`,
  ];
}

const passedOverNote = (names: readonly string[]): string[] =>
  names.length === 0 ? [] : [`Folders of systems and programs were passed over: ${names.join(', ')}.`];

function noImages(folder: string, { broken, ignored }: FolderContent) {
  const [first] = broken;
  if (first) return inputError(`${folder} has no image that can be read; ${first.id}: ${first.problem}.`);
  const found = ignored.other + ignored.hidden;
  const instead = found > 0 ? ` (only ${found} other or hidden ${found === 1 ? 'file' : 'files'})` : '';
  return inputError(
    `There are no images in ${folder}${instead}; give a folder with PNG, JPEG, WebP, GIF, TIFF or AVIF files (HEIC has to be converted to JPEG first).`,
  );
}

const withCompanionsOut = ({ reading, doubt }: FoundReading): FoundReading => ({
  reading: { ...reading, companions: 'out' },
  doubt,
});

/** `outside`: the first folder of each image that belongs to no part. */
function outsideNote(outside: readonly string[], { train }: Reading): string[] {
  if (outside.length === 0) return [];
  const folders = [...new Set(outside)].filter((name) => name !== '');
  const count = outside.length === 1 ? '1 image lies' : `${outside.length} images lie`;
  const where = folders.length === 0 ? '' : ` (in ${few(folders)})`;
  const remedy =
    folders.length === 0
      ? ''
      : `; to learn from them, too, import under another --name with --train ${[...train, ...folders.slice(0, 6)].join(',')}`;
  return [
    `${count} outside the train and test folders${where} and ${outside.length === 1 ? 'was' : 'were'} left out${remedy}.`,
  ];
}

function companionNote({ files, folders }: Companions<FoundImage>): string[] {
  const notes: string[] = [];
  if (files.length > 0)
    notes.push(`${plural(files.length, 'file')} that belong to other images were passed over: ${few(files)}.`);
  if (folders.length > 0) notes.push(`Folders of what belongs to other images were passed over: ${few(folders)}.`);
  return notes;
}

/** Names of images that tell parts, as in test_17.png. */
const PART_NAME = /^(train|trn|test|tst|val|valid|dev)[a-z]*[-_ .]*\d/i;
/** Share of the images that must be named so. */
const NAMED_SHARE = 0.8;

/** Images whose names tell parts while no folder does: those to test on would be learned from. */
function partNamesNote({ train, test }: Reading, images: readonly FoundImage[]): string[] {
  if (train.length + test.length > 0) return [];
  const names = images.map(({ id }) => basename(id));
  const named = names.filter((name) => PART_NAME.test(name));
  const isTrain = (name: string) => /^tra?i?n/i.test(name);
  const [learned, tested] = [named.find(isTrain), named.find((name) => !isTrain(name))];
  if (learned === undefined || tested === undefined || named.length < NAMED_SHARE * names.length) return [];
  return [
    `Images are named like parts (${learned}, ${tested}), which only folders tell here: all of them are there to learn from; move those to test on into a folder "test" beside one "train" where that is not meant.`,
  ];
}

const tableNote = (tables: readonly string[]): string[] =>
  tables.length === 0
    ? []
    : [
        `${few(tables)} beside the images ${tables.length === 1 ? 'was' : 'were'} not read; labels in such a file are taken by "label --from".`,
      ];

const unknownFolderNote = (unknown: readonly string[]): string[] =>
  unknown.length === 0
    ? []
    : [
        `Images in folders that are no classes were taken as unlabelled: ${unknown.slice(0, 10).join(', ')}${unknown.length > 10 ? ` and ${unknown.length - 10} more` : ''}.`,
      ];
