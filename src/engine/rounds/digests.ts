import { createHash } from 'node:crypto';
import type { EncoderStamp } from '../../shared/schema/common';
import type { Dataset } from '../data/dataset';
import { type Encoder, isCombined, isNetwork, type NetworkEncoder } from '../learner/learner';

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

/** SHA-256 of a network and its parameters, or of a descriptor's settings, or of both; computed once for each object. */
export function encoderDigest(encoder: Encoder): string {
  const known = encoderDigests.get(encoder);
  if (known) return known;
  const digest = isNetwork(encoder)
    ? networkDigest(encoder)
    : isCombined(encoder)
      ? digestOf({ combined: encoder.name, parts: encoder.parts.map(encoderDigest) })
      : digestOf({ descriptor: encoder.name, settings: encoder.settings });
  encoderDigests.set(encoder, digest);
  return digest;
}

function networkDigest({ network, parameters }: NetworkEncoder): string {
  const hash = createHash('sha256').update(JSON.stringify(network));
  for (const name of [...parameters.keys()].sort()) {
    const { shape, data } = parameters.get(name)!;
    hash.update(`\n${name} ${shape.join('×')}\n`).update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest('hex');
}

export const encoderStampOf = (encoder: Encoder): EncoderStamp => ({
  pretrained: encoder.pretrained,
  ...(isNetwork(encoder) ? {} : { descriptor: encoder.name }),
  digest: encoderDigest(encoder),
});

/** SHA-256 of a labelled set: image ids and class names, sorted, so that the order of labelling does not matter. */
export function labelsDigest(dataset: Pick<Dataset, 'images' | 'file'>, labels: ReadonlyMap<number, number>): string {
  return digestOf([...labels].map(([i, label]) => [dataset.images[i].id, dataset.file.classes[label]]).sort(byFirst));
}

const byFirst = ([a]: readonly string[], [b]: readonly string[]) => (a < b ? -1 : 1);
