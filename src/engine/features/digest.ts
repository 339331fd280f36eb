import { createHash } from 'node:crypto';
import type { EncoderStamp } from '../../shared/schema/common';
import { networkDigest } from '../encoders/builtIn';
import { frozenDigest } from '../encoders/frozen';
import type { Parameters } from '../network/network';
import { digestOf } from '../store/digest';
import { type Encoder, hasBlocks, isCombined, isFrozen, isNetwork, isWeighed } from './encoder';

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
  if (isNetwork(encoder)) return weightsDigest(JSON.stringify(encoder.network), encoder.parameters, encoder.mirrored);
  if (hasBlocks(encoder))
    return weightsDigest(`blocks of ${networkDigest(encoder.base)}`, encoder.blocks, encoder.mirrored);
  if (isFrozen(encoder)) return frozenDigest(encoder);
  const { name } = encoder;
  if (isCombined(encoder)) {
    const parts = encoder.parts.map(encoderDigest);
    return digestOf(isWeighed(encoder) ? { weighed: parts } : { combined: name, parts });
  }
  return digestOf({ descriptor: name, settings: encoder.settings });
}

function weightsDigest(network: string, parameters: Parameters, mirrored = false): string {
  const hash = createHash('sha256').update(network);
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
