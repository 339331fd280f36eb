import * as z from 'zod';
import { floatTypes, layoutsOfInput, pools, resamples } from '../encoders';
import { count, digest, schemaVersion } from './common';

const side = z.int().min(1);
const size = z.strictObject({ height: side, width: side });
const positive = z.number().positive();

/** How an image becomes input, in the order in which it is done; `preprocessing.ts` of the engine explains each. */
const preprocessing = z.strictObject({
  convertRgb: z.boolean(),
  resize: z.union([z.strictObject({ shortestEdge: side }), size]).nullable(),
  resample: z.enum(resamples),
  centreCrop: size.nullable(),
  rescale: positive.nullable(),
  normalise: z.strictObject({ mean: z.array(z.number()).min(1), std: z.array(positive).min(1) }).nullable(),
  pad: size.nullable(),
  flipChannels: z.boolean(),
});

const modelFile = z.strictObject({
  /** Relative to the dataset's folder where the file lies in the workspace, else absolute; '/' separators. */
  path: z.string().min(1),
  sha256: digest,
  bytes: count,
  /** When it was changed last, in milliseconds: a file of that size and time is not read again. */
  modified: z.number(),
});

/** models/encoders/<name>.json: an ONNX file from outside that serves as an encoder. */
export const externalEncoderFile = z.strictObject({
  schema: schemaVersion,
  /** The model, then the files that hold its weights, if there are any. */
  files: z.array(modelFile).min(1, 'expected a file'),
  input: z.strictObject({
    name: z.string(),
    type: z.enum(floatTypes),
    layout: z.enum(layoutsOfInput),
    channels: z.union([z.literal(1), z.literal(3)], { error: 'expected 1 (grey) or 3 (RGB)' }),
    height: side,
    width: side,
  }),
  output: z.strictObject({
    name: z.string(),
    /** Of one image. */
    shape: z.array(count),
    pool: z.enum(pools),
    /** Numbers an image. */
    dimensions: z.int().min(1),
  }),
  preprocessing,
  /** Images a run. */
  batch: z.int().min(1),
  /** Why images are run one by one; left out where they are not. */
  single: z.string().exactOptional(),
  /** What it was trained on, in the words of whoever added it; it may have seen the test images. */
  trainedOn: z.string().nullable(),
  createdBy: z.string(),
});
export type ExternalEncoderFile = z.infer<typeof externalEncoderFile>;
