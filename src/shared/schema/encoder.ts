import * as z from 'zod';
import { count, digest, schemaVersion } from './common';

const epoch = z.strictObject({ loss: z.number(), alignment: z.number(), uniformity: z.number() });

/** models/encoder.json: how the weights beside it were made. */
export const encoderFile = z.strictObject({
  schema: schemaVersion,
  /** Name of the architecture. */
  encoder: z.string(),
  /** One image: channels, height, width. */
  input: z.tuple([count, count, count]),
  preset: z.string(),
  /** Everything else that decided what was computed. */
  options: z.record(z.string(), z.unknown()),
  seed: z.int(),
  device: z.string(),
  /** Images that were learned from. */
  images: count,
  /** Digest of the dataset. */
  dataset: digest,
  epochs: count,
  steps: count,
  seconds: z.number(),
  imagesPerSecond: z.number(),
  history: z.array(epoch),
  /** Label-free figures at the end; collapsed features have a uniformity near 0 and an effective rank near 1. */
  health: z.strictObject({ alignment: z.number(), uniformity: z.number(), effectiveRank: z.number() }),
});
export type EncoderFile = z.infer<typeof encoderFile>;
