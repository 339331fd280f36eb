import type { ImageColumns } from './columns';

/** Orders of images. */
export const sorts = ['name', 'time', 'confidence', 'sure', 'suspicion', 'similar'] as const;
export type Sort = (typeof sorts)[number];

/** More than any number of images: a key and a number share one float, so that sorting needs no comparison in JavaScript. */
const NUMBERS = 2 ** 21;
const STEPS = 100_000;

/** Images by name; those of one name in different folders by their number. */
export function byName({ names, count }: ImageColumns): Int32Array {
  const order = Array.from({ length: count }, (_, i) => i);
  order.sort((a, b) => {
    const [x, y] = [names[a] ?? '', names[b] ?? ''];
    return x < y ? -1 : x > y ? 1 : a - b;
  });
  return Int32Array.from(order);
}

/** Those with the newest answer first, those without one last. */
export function byTime({ at, count }: ImageColumns): Int32Array {
  const first = at.reduce((least, time) => (time > 0 && time < least ? time : least), Number.POSITIVE_INFINITY);
  const last = at.reduce((most, time) => Math.max(most, time), 0);
  const tenths = Math.max(0, Math.round((last - first) / 100)) || 0;
  return sorted(count, (i) => ((at[i] ?? 0) > 0 ? Math.round((last - (at[i] ?? 0)) / 100) : tenths + 1));
}

/** Those of which the model is least sure first. */
export const byConfidence = ({ probability, count }: ImageColumns): Int32Array =>
  sorted(count, (i) => Math.round((probability?.[i] ?? 1) * STEPS));

/** Those of which it is surest first. */
export const bySureness = ({ probability, count }: ImageColumns): Int32Array =>
  sorted(count, (i) => Math.round((1 - (probability?.[i] ?? 0)) * STEPS));

/** Those most like one image first. */
export const byLikeness = ({ likeness, count }: ImageColumns): Int32Array =>
  sorted(count, (i) => Math.round((1 - (likeness?.[i] ?? 0)) * STEPS));

/** The same order, with images of one key beside each other; smaller keys come first. */
export function together(order: Int32Array, key: (i: number) => number): Int32Array {
  const groups = new Map<number, number[]>();
  for (const i of order) {
    const group = groups.get(key(i));
    if (group) group.push(i);
    else groups.set(key(i), [i]);
  }
  return Int32Array.from([...groups].sort(([a], [b]) => a - b).flatMap(([, images]) => images));
}

/** The most suspicious labels first, images without one last. */
export const bySuspicion = ({ suspicion, count }: ImageColumns): Int32Array =>
  sorted(count, (i) => Math.round((1 - (suspicion?.[i] ?? -1)) * STEPS));

/** Numbers of images by a whole key that is not negative, then by number. */
function sorted(count: number, key: (i: number) => number): Int32Array {
  const packed = new Float64Array(count);
  for (let i = 0; i < count; i++) packed[i] = key(i) * NUMBERS + i;
  packed.sort();
  return Int32Array.from(packed, (value) => value % NUMBERS);
}
