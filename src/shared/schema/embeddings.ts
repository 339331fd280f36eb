import * as z from 'zod';
import { count, digest, schemaVersion } from './common';

/** models/embeddings/<name>.json: rows that something else made of a dataset's images; the rows lie beside it as .npy. */
export const embeddingsFile = z.strictObject({
  schema: schemaVersion,
  /** Of the rows beside it. */
  sha256: digest,
  /** Numbers an image. */
  dimensions: z.int().min(1),
  /** SHA-256 of the image that each row belongs to, in the order of the rows. */
  images: z.array(digest).min(1),
  /** The file that was read, and rows of it that belong to no image of the dataset. */
  source: z.strictObject({ name: z.string(), sha256: digest, others: count }),
  /** What made them was trained on, in the words of whoever added them; it may have seen the test images. */
  trainedOn: z.string().nullable(),
  createdBy: z.string(),
});
export type EmbeddingsFile = z.infer<typeof embeddingsFile>;
