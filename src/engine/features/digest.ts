import { createHash } from 'node:crypto';
import type { EncoderStamp } from '../../shared/schema/common';
import { digestOf } from '../store/digest';
import { type Encoder, isCombined, isNetwork, type NetworkEncoder } from './encoder';

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
