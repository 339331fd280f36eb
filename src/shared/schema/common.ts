import * as z from 'zod';
import { annotatorPattern } from '../annotatorName';

/** Every file of the workspace starts with the version of its format. */
export const SCHEMA_VERSION = 1;

export const schemaVersion = z.literal(SCHEMA_VERSION, {
  error: `expected ${SCHEMA_VERSION} (a higher number was written by a newer Warmstart: update this one)`,
});

/** The same for a format that has had several versions: any up to `newest`. */
export const schemaUpTo = <N extends number>(newest: N) =>
  z
    .int()
    .min(1)
    .max(newest, {
      error: `expected at most ${newest} (a higher number was written by a newer Warmstart: update this one)`,
    });

/**
 * Whether an id leads to a file below the dataset's root and nowhere else, whatever a list, a cache or a message from elsewhere
 * says: on Windows as on other systems, since folders travel.
 */
export const isSafeId = (id: string): boolean =>
  !/^[\\/]|^[A-Za-z]:[\\/]|\0/.test(id) && !id.split(/[\\/]/).includes('..');

/** Path of an image relative to the dataset's root, with '/' separators. */
export const imageId = z
  .string()
  .min(1, 'expected the id of an image (its path relative to the dataset)')
  .refine(isSafeId, 'expected the id of an image below the dataset, and this leads elsewhere');

/** SHA-256 as 64 lower-case hexadecimal digits. */
export const digest = z.string().regex(/^[0-9a-f]{64}$/, 'expected a SHA-256 digest of 64 hexadecimal digits');

/** A moment, ISO 8601 in UTC. */
export const isoTime = z.iso.datetime({ error: 'expected a time such as 2026-01-31T12:00:00.000Z' });

export const count = z.int('expected a whole number').nonnegative('expected 0 or more');

/** A share between 0 and 1. */
export const share = z.number().min(0).max(1);

/** Names an annotator's label file. */
export const annotatorName = z
  .string()
  .regex(annotatorPattern, 'expected 1 to 64 letters, digits, spaces or . _ @ - (no dot or space at either end)');

/** What features come from: a network, a fixed descriptor, or both. */
export const encoderStamp = z.strictObject({
  /** Whether contrastive pre-training made the weights. */
  pretrained: z.boolean(),
  /** Name of the descriptor (hog), or combined; left out for a network. */
  descriptor: z.string().min(1).exactOptional(),
  /** Of the network and all its parameters, or of the descriptor's settings. */
  digest,
});
export type EncoderStamp = z.infer<typeof encoderStamp>;
