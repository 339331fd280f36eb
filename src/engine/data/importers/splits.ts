import { isSameClassName } from '../../../shared/classNames';
import type { Reading } from '../../../shared/schema/dataset';
import { plainSplitOf, type Split, splitOf } from '../../../shared/workspace/layouts';

/** Where the parts of a folder of images are: what is learned from, and what is tested on. */

/** Folders between the root and an image. */
type Steps = readonly string[];

/** Where an image belongs, and which folders are left that may tell its class. */
export interface Place {
  readonly split: Split;
  readonly steps: Steps;
}

/** What a person says of the parts. */
export interface SplitWish {
  readonly train?: readonly string[] | undefined;
  readonly test?: readonly string[] | undefined;
  /** False: folders are never parts, whatever they are called. */
  readonly splits?: boolean | undefined;
}

/** Folders that may be parts or may be classes. */
export interface PartsDoubt {
  /** As in "they are …". */
  readonly why: string;
  /** Those that are named like parts to learn from, and like parts to test on. */
  readonly train: readonly string[];
  readonly test: readonly string[];
}

export interface FoundReading {
  readonly reading: Reading;
  /** Why nobody can be sure of it; null where it is evident. */
  readonly doubt: PartsDoubt | null;
}

/** A folder that is a part of the images, or could be one. */
export interface PartFolder {
  readonly name: string;
  readonly images: number;
  readonly part: Split | null;
}

/** All images are there to learn from. */
export const noSplits: Reading = { train: [], test: [], rest: 'train', below: false };

/** Where the parts are. What is evident is taken; a name that may be a part's or a class's is a doubt. */
export function findReading(images: readonly Steps[], wish: SplitWish): FoundReading {
  if (wish.splits === false) return { reading: noSplits, doubt: null };
  if (wish.train || wish.test) return { reading: wished(images, wish), doubt: null };
  const top = topFolders(images);
  const named = (split: Split) => top.names.filter((name) => splitOf(name) === split);
  const [train, test] = [named('train'), named('test')];
  const others = top.names.filter((name) => splitOf(name) === undefined);
  if (train.length > 0 && (test.length > 0 || (others.length === 0 && top.loose === 0)))
    return { reading: withinOf(images, { train, test, rest: 'out', below: false }), doubt: null };
  if (train.length === 0 && test.length === 0) return { reading: belowClasses(images) ?? noSplits, doubt: null };
  return oneSided(images, { train, test, others });
}

/** Folders at the top, by name, and how many images lie beside them. */
function topFolders(images: readonly Steps[]): { names: string[]; loose: number } {
  const names = new Set(images.flatMap(([first]) => first ?? []));
  return { names: [...names].sort(), loose: images.filter((steps) => steps.length === 0).length };
}

interface OneSided {
  readonly train: readonly string[];
  readonly test: readonly string[];
  readonly others: readonly string[];
}

/** Folders named after one side alone: parts where their own folders say so, and perhaps classes where nothing does. */
function oneSided(images: readonly Steps[], { train, test, others }: OneSided): FoundReading {
  const parts = [...train, ...test];
  const inside = new Set(images.flatMap(([first, second]) => (parts.includes(first) ? (second ?? []) : [])));
  const isSorted = others.some((name) => [...inside].some((inner) => isSameClassName(inner, name)));
  if (test.length > 0 && others.length > 0 && isSorted)
    return { reading: { train: [], test: [...test], rest: 'train', below: false }, doubt: null };
  const doubtful = (why: string): FoundReading => ({ reading: noSplits, doubt: { why, train, test } });
  const listed = parts.map((name) => `"${name}"`).join(', ');
  if (others.length === 0 && test.length > 0)
    return doubtful(
      `${listed} ${parts.length === 1 ? 'is' : 'are'} named like parts to test on, and nothing is left to learn from`,
    );
  // "train" may be the class of trains, "valid" the opposite of "invalid"
  const mayBeClass = inside.size === 0 && (test.length === 0 || test.every((name) => /^(valid|dev)$/i.test(name)));
  if (mayBeClass) return { reading: noSplits, doubt: null };
  return doubtful(
    parts.length === 1
      ? `${listed} is named like a part of the images, not like a class`
      : `${listed} are named like parts of the images, not like classes`,
  );
}

/** Classes first and parts below them, as in happy/train and happy/test; null where there are none. */
function belowClasses(images: readonly Steps[]): Reading | null {
  const classes = new Map<string, boolean>();
  const names = new Set<string>();
  for (const [first, second] of images) {
    if (first === undefined || second === undefined) continue;
    const isPart = splitOf(second) !== undefined;
    if (isPart) names.add(second);
    classes.set(first, isPart || (classes.get(first) ?? false));
  }
  const withParts = [...classes.values()].filter(Boolean).length;
  if (withParts === 0 || 2 * withParts < classes.size) return null;
  const named = (split: Split) => [...names].filter((name) => splitOf(name) === split).sort();
  return { train: named('train'), test: named('test'), rest: 'train', below: true };
}

/** What a person named, wherever it lies. */
function wished(images: readonly Steps[], { train = [], test = [] }: SplitWish): Reading {
  const isNamed = (name: string | undefined) => name !== undefined && [...train, ...test].includes(name);
  const below = !images.some(([first]) => isNamed(first)) && images.some(([, second]) => isNamed(second));
  const rest = train.length > 0 && test.length > 0 ? 'out' : 'train';
  const reading: Reading = { train: [...train], test: [...test], rest: below ? 'train' : rest, below };
  return below ? reading : withinOf(images, reading);
}

/** Names of folders that only hold the images of a part. */
export const CONTAINER = /^(images?|imgs?|pictures?|photos?|faces|data|files|jpe?g(images)?|png|aligned|cropped)$/i;

/** A folder that stands between every part and its images or classes, as in train_set/images. */
function withinOf(images: readonly Steps[], reading: Reading): Reading {
  const places = images.flatMap((steps) => placeBy(reading, steps) ?? []);
  const within = places[0]?.steps[0];
  if (within === undefined || !places.every(({ steps }) => steps[0] === within)) return reading;
  const hasMore = places.some(({ steps }) => steps.length > 1);
  return CONTAINER.test(within) || hasMore ? { ...reading, within } : reading;
}

/** Where an image is by a reading; null where it belongs to no part. */
export function placeBy({ train, test, rest, below, within }: Reading, steps: Steps): Place | null {
  const at = below ? 1 : 0;
  const part = steps[at];
  const split =
    part === undefined ? undefined : train.includes(part) ? 'train' : test.includes(part) ? 'test' : undefined;
  if (split === undefined) return rest === 'train' ? { split: 'train', steps } : null;
  const left = steps.filter((_, i) => i !== at);
  return { split, steps: within !== undefined && left[0] === within ? left.slice(1) : left };
}

/** The folders that may be parts: those at the top, or those below the classes where parts lie there. */
export function partFoldersIn(images: readonly Steps[], { train, test, below }: Reading): PartFolder[] {
  const counts = new Map<string, number>();
  for (const steps of images) {
    const name = steps[below ? 1 : 0];
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const partOf = (name: string): Split | null => (train.includes(name) ? 'train' : test.includes(name) ? 'test' : null);
  return [...counts].map(([name, n]) => ({ name, images: n, part: partOf(name) })).sort(byName);
}

const byName = (a: PartFolder, b: PartFolder): number => (a.name < b.name ? -1 : 1);

/** How datasets were read before readings were kept in dataset.json. */
export function plainReading(images: readonly Steps[]): Reading {
  const { names } = topFolders(images);
  const named = (split: Split) => names.filter((name) => plainSplitOf(name) === split);
  const [train, test] = [named('train'), named('test')];
  const isSplit = train.length > 0 && (test.length > 0 || names.length === 1);
  return isSplit ? { train, test, rest: 'out', below: false } : noSplits;
}
