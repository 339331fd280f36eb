/** The encoders that come with Warmstart: networks that others trained on other images, run as they are. */
interface BuiltIn {
  readonly title: string;
  /** Where the eyes come from, in one sentence. */
  readonly origin: string;
  readonly licence: string;
}

export const builtInEncoders = {
  faces: {
    title: 'Faces',
    origin: 'learnt from photographs of 9,000 people by name (VGGFace2); no expression labels',
    licence: 'Apache-2.0 (HSE_FaceRec_tf), distributed with Human (MIT)',
  },
  general: {
    title: 'Anything',
    origin: 'learnt to find 80 kinds of everyday things in photographs (COCO)',
    licence: 'MIT (distributed with Human; its first repository, mobilenetv3_centernet, names none)',
  },
} as const satisfies Readonly<Record<string, BuiltIn>>;

export type BuiltInName = keyof typeof builtInEncoders;
export const builtInNames = Object.keys(builtInEncoders) as readonly BuiltInName[];

/** How an image is scaled; in the order of the numbers that Pillow gives them. */
export const resamples = ['nearest', 'lanczos', 'bilinear', 'bicubic', 'box', 'hamming'] as const;
export type Resample = (typeof resamples)[number];

/** How the output of a network becomes a row of numbers an image. */
export const pools = ['none', 'cls', 'mean', 'clsMean', 'grid3'] as const;
export type Pool = (typeof pools)[number];

/** What real numbers networks take and give; half-precision ones are converted. */
export const floatTypes = ['float32', 'float16'] as const;
export type FloatType = (typeof floatTypes)[number];

export const layoutsOfInput = ['nchw', 'nhwc'] as const;
