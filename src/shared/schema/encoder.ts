import * as z from 'zod';
import { count, digest, schemaVersion } from './common';

/** Images of another dataset that it learned from, by way of the encoder that it started from or beside its own. */
const otherImages = z.strictObject({ name: z.string(), dataset: digest, images: count });
export type OtherImages = z.infer<typeof otherImages>;

/** Means over one pass over the images. */
export const epoch = z.strictObject({ loss: z.number(), alignment: z.number(), uniformity: z.number() });

/** More places along a side than any last map has pixels to fill. */
const MOST_PLACES = 8;

/** models/encoder.json: how the weights beside it were made. */
export const encoderFile = z.strictObject({
  schema: schemaVersion,
  /** Name of the architecture. */
  encoder: z.string(),
  /** One image: channels, height, width. */
  input: z.tuple([count, count, count]),
  /** Places along each side of the grid that its last map is averaged over; absent: 1, the whole map. */
  grid: z.int().min(1).max(MOST_PLACES).exactOptional(),
  preset: z.string(),
  /** Everything else that decided what was computed. */
  options: z.record(z.string(), z.unknown()),
  seed: z.int(),
  device: z.string(),
  /** Images that were learned from, those of `others` that came beside among them; 0 where an encoder is used as it is. */
  images: count,
  /** Digest of the dataset. */
  dataset: digest,
  /** The encoder that it started from: whose it was, and the SHA-256 of its weights. */
  from: z.strictObject({ name: z.string(), weights: digest }).exactOptional(),
  /** Other datasets whose training images it has seen, without labels. */
  others: z.array(otherImages).exactOptional(),
  /** 0 where the encoder that it came from is used as it is. */
  epochs: count,
  steps: count,
  seconds: z.number(),
  imagesPerSecond: z.number(),
  history: z.array(epoch),
  /**
   * Label-free figures at the end; of an encoder used as it is those of where it came from, but for the effective rank, which
   * is measured on the dataset's own images. Collapsed features have a uniformity near 0 and an effective rank near 1.
   */
  health: z.strictObject({ alignment: z.number(), uniformity: z.number(), effectiveRank: z.number() }),
});
export type EncoderFile = z.infer<typeof encoderFile>;
