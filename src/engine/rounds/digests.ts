import { createHash } from 'node:crypto';
import type { EncoderStamp } from '../../shared/schema/common';
import type { Dataset } from '../data/dataset';
import type { Encoder } from '../learner/learner';

/** SHA-256 of a value's JSON, object keys sorted, so that equal values have equal digests. */
export function digestOf(value: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(sortKeys(value)))
    .digest('hex');
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sortKeys(inner)]));
}

const encoderDigests = new WeakMap<Encoder, string>();

/** SHA-256 of an encoder's network and parameters; computed once for each object. */
export function encoderDigest(encoder: Encoder): string {
  const known = encoderDigests.get(encoder);
  if (known) return known;
  const hash = createHash('sha256').update(JSON.stringify(encoder.network));
  for (const name of [...encoder.parameters.keys()].sort()) {
    const { shape, data } = encoder.parameters.get(name)!;
    hash.update(`\n${name} ${shape.join('×')}\n`).update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  const digest = hash.digest('hex');
  encoderDigests.set(encoder, digest);
  return digest;
}

export const encoderStampOf = (encoder: Encoder): EncoderStamp => ({
  pretrained: encoder.pretrained,
  digest: encoderDigest(encoder),
});

/** SHA-256 of a labelled set: image ids and class names, sorted, so that the order of labelling does not matter. */
export function labelsDigest(dataset: Pick<Dataset, 'images' | 'file'>, labels: ReadonlyMap<number, number>): string {
  return digestOf([...labels].map(([i, label]) => [dataset.images[i].id, dataset.file.classes[label]]).sort(byFirst));
}

const byFirst = ([a]: readonly string[], [b]: readonly string[]) => (a < b ? -1 : 1);
