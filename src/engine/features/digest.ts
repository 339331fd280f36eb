import { createHash } from 'node:crypto';
import type { EncoderStamp } from '../../shared/schema/common';
import { frozenDigest } from '../encoders/frozen';
import { digestOf } from '../store/digest';
import { type Encoder, isCombined, isFrozen, isNetwork, isWeighed, type NetworkEncoder } from './encoder';

const encoderDigests = new WeakMap<Encoder, string>();

/** SHA-256 of everything that decides an encoder's features; computed once for each object. */
export function encoderDigest(encoder: Encoder): string {
  const known = encoderDigests.get(encoder);
  if (known) return known;
  const digest = digestOnce(encoder);
  encoderDigests.set(encoder, digest);
  return digest;
}

function digestOnce(encoder: Encoder): string {
  if (isNetwork(encoder)) return networkDigest(encoder);
  if (isFrozen(encoder)) return frozenDigest(encoder);
  const { name } = encoder;
  if (isCombined(encoder)) {
    const parts = encoder.parts.map(encoderDigest);
    return digestOf(isWeighed(encoder) ? { weighed: parts } : { combined: name, parts });
  }
  return digestOf({ descriptor: name, settings: encoder.settings });
}

function networkDigest({ network, parameters, mirrored = false }: NetworkEncoder): string {
  const hash = createHash('sha256').update(JSON.stringify(network));
  for (const name of [...parameters.keys()].sort()) {
    const { shape, data } = parameters.get(name)!;
    hash.update(`\n${name} ${shape.join('×')}\n`).update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  if (mirrored) hash.update('\nmirrored');
  return hash.digest('hex');
}

export const encoderStampOf = (encoder: Encoder): EncoderStamp => ({
  pretrained: encoder.pretrained,
  ...(isNetwork(encoder) ? {} : { descriptor: encoder.name }),
  digest: encoderDigest(encoder),
});
