import * as z from 'zod';
import { count, digest, schemaVersion } from './common';

/** How the images of a dataset lie on disk. `sample` is the project's own synthetic faces, in class folders. */
export const layoutNames = ['folders', 'fer2013', 'rafdb', 'kdef', 'sample'] as const;
export type Layout = (typeof layoutNames)[number];

/** Size that all images are decoded to, in pixels. */
export const imageShape = z.strictObject({
  channels: z.union([z.literal(1), z.literal(3)], { error: 'expected 1 (grey) or 3 (RGB)' }),
  height: z.int().min(1).max(4096),
  width: z.int().min(1).max(4096),
});
export type ImageShape = z.infer<typeof imageShape>;

/** An image that can't be used: its id (or the line that names it) and what is wrong with it. */
const brokenImage = z.strictObject({ id: z.string(), problem: z.string() });
export type BrokenImage = z.infer<typeof brokenImage>;

/** A class list: sorted by UTF-16 code units, each name once. */
const classList = z
  .array(z.string().min(1, 'expected the name of a class'))
  .min(2, 'expected at least two classes')
  .refine(
    (names) => names.every((name, i) => i === 0 || (names[i - 1] ?? '') < name),
    'expected sorted, distinct class names',
  );

const perChannel = z.array(z.number());

/** `warmstart/<name>/dataset.json`: everything about a dataset except the list of its images, which the cache holds. */
export const datasetFile = z
  .strictObject({
    schema: schemaVersion,
    name: z.string().min(1),
    layout: z.enum(layoutNames),
    /**
     * Folder of the images (for fer2013 the csv file): relative to the folder of this file when both lie in one
     * workspace, else absolute; '/' separators.
     */
    root: z.string().min(1),
    /** Saved once, at import; class indices refer to it for ever. */
    classes: classList,
    image: imageShape,
    /** Usable images of each part. */
    split: z.strictObject({ train: count, test: count }),
    /** SHA-256 over id and content hash of all usable images, sorted by id. */
    digest,
    /** SHA-256 over id, split and known class of all usable images, sorted by id. */
    labelDigest: digest,
    /** (value / 255 − mean) / std, one number a channel, from the training images. */
    normalisation: z.strictObject({ mean: perChannel, std: z.array(z.number().positive()) }),
    /** How KDEF was split. */
    kdef: z.strictObject({ frontalOnly: z.boolean(), seed: z.int() }).optional(),
    broken: z.array(brokenImage),
    /** Groups of images with the same pixels, surplus copies, test images that also stand in the pool, groups with differing labels. */
    duplicates: z.strictObject({ groups: count, copies: count, leaks: count, conflicts: count }),
    /** Version of Warmstart that made the file. */
    createdBy: z.string(),
  })
  .refine((file) => file.normalisation.mean.length === file.image.channels, {
    path: ['normalisation', 'mean'],
    error: 'expected one number a channel',
  })
  .refine((file) => file.normalisation.std.length === file.image.channels, {
    path: ['normalisation', 'std'],
    error: 'expected one number a channel',
  });
export type DatasetFile = z.infer<typeof datasetFile>;
