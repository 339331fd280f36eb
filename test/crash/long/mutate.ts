import type { Random } from '../../../src/engine/numeric/random';

/** Numbers that lengths, shapes and ids are easily wrong by. */
const NUMBERS = ['0', '-1', '1e308', '-0.0', '4294967296', '9007199254740993', '1e-400', 'NaN', '2147483648', '0.5'];
/** What stands where something else is expected. */
const VALUES = ['null', '{}', '[]', '""', 'true', '[[]]', '"__proto__"', '{"__proto__":{"polluted":1}}', '"../../x"'];
const BYTES = [0, 0x7f, 0x80, 0xff, 0x22, 0x0a, 0x7b, 0x2c];

type Change = (bytes: Uint8Array, random: Random, another: Uint8Array) => Uint8Array;

const join = (...parts: readonly Uint8Array[]): Uint8Array => Buffer.concat(parts);
const anyOf = <T>(random: Random, items: readonly T[]): T => items[random.integer(items.length)]!;
const placeIn = (random: Random, bytes: Uint8Array): number => random.integer(bytes.length + 1);

/** A stretch of at most a quarter of the bytes. */
function stretch(random: Random, bytes: Uint8Array): [number, number] {
  const from = placeIn(random, bytes);
  return [from, Math.min(bytes.length, from + 1 + random.integer((bytes.length >> 2) + 1))];
}

/** Puts `text` in the place of one match of a pattern, or somewhere when there is none. */
function exchanged(bytes: Uint8Array, random: Random, pattern: RegExp, text: string): Uint8Array {
  const source = Buffer.from(bytes).toString('latin1');
  const found = [...source.matchAll(pattern)];
  if (found.length === 0) return inserted(bytes, random, Buffer.from(text));
  const { index, 0: old } = anyOf(random, found);
  return Buffer.from(source.slice(0, index) + text + source.slice(index + old.length), 'latin1');
}

function inserted(bytes: Uint8Array, random: Random, more: Uint8Array): Uint8Array {
  const at = placeIn(random, bytes);
  return join(bytes.subarray(0, at), more, bytes.subarray(at));
}

const changes: readonly Change[] = [
  // one bit
  (bytes, random) => {
    const copy = Uint8Array.from(bytes);
    if (copy.length > 0) copy[random.integer(copy.length)]! ^= 1 << random.integer(8);
    return copy;
  },
  // one byte
  (bytes, random) => {
    const copy = Uint8Array.from(bytes);
    if (copy.length > 0) copy[random.integer(copy.length)] = anyOf(random, BYTES);
    return copy;
  },
  // cut off
  (bytes, random) => bytes.subarray(0, placeIn(random, bytes)),
  // a stretch missing
  (bytes, random) => {
    const [from, to] = stretch(random, bytes);
    return join(bytes.subarray(0, from), bytes.subarray(to));
  },
  // a stretch twice
  (bytes, random) => {
    const [from, to] = stretch(random, bytes);
    return join(bytes.subarray(0, to), bytes.subarray(from));
  },
  // noise between
  (bytes, random) =>
    inserted(
      bytes,
      random,
      Uint8Array.from({ length: 1 + random.integer(16) }, () => random.integer(256)),
    ),
  // a stretch of another file of the kind
  (bytes, random, another) => {
    const [from, to] = stretch(random, bytes);
    const [other, end] = stretch(random, another);
    return join(bytes.subarray(0, from), another.subarray(other, end), bytes.subarray(to));
  },
  (bytes, random) => exchanged(bytes, random, /-?\d+(\.\d+)?(e[+-]?\d+)?/g, anyOf(random, NUMBERS)),
  (bytes, random) => exchanged(bytes, random, /"[^"]*"|-?\d+(\.\d+)?|true|false|null/g, anyOf(random, VALUES)),
];

/** The bytes with one to four things wrong. */
export function mutate(bytes: Uint8Array, random: Random, another: Uint8Array): Uint8Array {
  let mutated = bytes;
  for (let n = 1 + random.integer(4); n > 0; n--) mutated = anyOf(random, changes)(mutated, random, another);
  return mutated;
}
