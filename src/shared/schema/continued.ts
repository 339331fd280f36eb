import * as z from 'zod';
import { builtInNames } from '../encoders';
import { count, digest, schemaVersion } from './common';
import { epoch } from './encoder';

/** Label-free figures of rows of views: see docs/file-formats.md. */
const health = z.strictObject({ alignment: z.number(), uniformity: z.number(), effectiveRank: z.number() });
export type RowsHealth = z.infer<typeof health>;

/** models/continued.json: how a built-in encoder's last blocks, whose weights lie beside it, went on learning. */
export const continuedFile = z.strictObject({
  schema: schemaVersion,
  /** The built-in encoder, and the SHA-256 that tells its versions apart. */
  base: z.strictObject({ name: z.enum(builtInNames), digest }),
  /** Everything else that decided what was computed. */
  options: z.record(z.string(), z.unknown()),
  seed: z.int(),
  device: z.string(),
  /** Images that were learned from, and how many of the dataset's training images they were drawn from. */
  images: count,
  of: count,
  /** Digest of the dataset. */
  dataset: digest,
  epochs: count,
  steps: count,
  /** Of training, over all sittings. */
  seconds: z.number(),
  imagesPerSecond: z.number(),
  history: z.array(epoch),
  /** Figures of the encoder's rows, with the weights that were shipped and with those beside this file. */
  health: z.strictObject({ before: health, after: health }),
});
export type ContinuedFile = z.infer<typeof continuedFile>;
