import * as z from 'zod';
import { count, digest, imageId, schemaVersion } from './common';

/** How the images of a dataset lie on disk. `sample` is the project's own synthetic faces, in class folders. */
export const layoutNames = ['folders', 'fer2013', 'rafdb', 'kdef', 'affectnet', 'sample'] as const;
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

const className = z.string().min(1, 'expected the name of a class');
const areDistinct = (names: readonly string[]) => new Set(names).size === names.length;

/** Classes in the order of people, which is that of their keys; none where they are not decided yet. */
export const classList = z.array(className).refine(areDistinct, 'expected distinct class names');

/** A class as the way the images lie tells it (a folder's name), and which class of the dataset that is now; null: none any more. */
const layoutClass = z.strictObject({ told: className, class: className.nullable() });
export type LayoutClass = z.infer<typeof layoutClass>;

export const layoutClassList = z
  .array(layoutClass)
  .refine((all) => areDistinct(all.map(({ told }) => told)), 'expected distinct names in "told"');

/** Which folders are parts of the images, by name; absent in datasets of the first versions, which knew a few names. */
const reading = z.strictObject({
  /** Folders of what is learned from, and of what is tested on. */
  train: z.array(z.string()),
  test: z.array(z.string()),
  /** What images in no such folder are: there to learn from, or left out. */
  rest: z.enum(['train', 'out']),
  /** Classes stand above the parts, as in happy/train, not below them. */
  below: z.boolean(),
  /** A folder between every part and its classes that tells nothing. */
  within: z.string().exactOptional(),
  /** Pictures that belong to other images (masks, small copies) are left out; absent where they count as images. */
  companions: z.literal('out').exactOptional(),
});
export type Reading = z.infer<typeof reading>;

/** Colours that stand where an image is transparent. */
export const groundNames = ['black', 'grey', 'white'] as const;
export type Ground = (typeof groundNames)[number];

/** How images of another form are fitted: cropped, or whole with bars, which continue their edges or are of the ground's colour. */
export const fitNames = ['cover', 'pad', 'contain'] as const;
export type Fit = (typeof fitNames)[number];

/** How files become pixels, as far as it is not the plain way: cropped around the middle, black where transparent, the whole range of numbers. */
const decoding = z.strictObject({
  fit: z.enum(fitNames).exactOptional(),
  ground: z.enum(groundNames).exactOptional(),
  /** The numbers that are black and white, by libvips' name of their kind (ushort, float, …). */
  levels: z.record(z.string(), z.tuple([z.number(), z.number()])).exactOptional(),
});
export type Decoding = z.infer<typeof decoding>;

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
    /** What people choose from. */
    classes: classList,
    /** Absent while the classes are those of the import: what the layout told then, in the order that the list of images numbers it. */
    layoutClasses: layoutClassList.exactOptional(),
    /** Images that are no longer there, as far as rounds asked for them or people answered them. */
    gone: z.array(imageId).exactOptional(),
    image: imageShape,
    decoding: decoding.exactOptional(),
    /** Image folders, and KDEF where folders tell its parts. */
    reading: reading.exactOptional(),
    /** Usable images of each part. */
    split: z.strictObject({ train: count, test: count }),
    /** SHA-256 over id and content hash of all usable images, sorted by id. */
    digest,
    /** SHA-256 over id, split and class, as the layout tells it, of all usable images, sorted by id. */
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

/** What the layout tells of classes, in the order that the list of images numbers it. */
export const layoutClassesOf = ({ classes, layoutClasses }: Pick<DatasetFile, 'classes' | 'layoutClasses'>) =>
  layoutClasses ?? classes.map((name): LayoutClass => ({ told: name, class: name }));
