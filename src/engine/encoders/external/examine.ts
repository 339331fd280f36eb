import { stat } from 'node:fs/promises';
import type { Pool } from '../../../shared/encoders';
import type { ExternalEncoderFile } from '../../../shared/schema/externalEncoder';
import { inputError, usageError } from '../../errors';
import type { Job } from '../../job';
import type { ModelOutline } from '../../runtime/onnx/outline';
import { dataTypes } from '../../runtime/onnx/protobuf';
import type { SentImage } from '../imageSource';
import type { EncoderInput, Preprocessing, Size } from '../preprocessing';
import { dataFilesOf, findModelFiles, sha256Of } from './files';
import { agreedSize, imageInput, isDynamicallyQuantised, type ModelInput, readModel } from './input';
import { readPreprocessorConfig } from './preprocessorConfig';
import { type TrialOptions, tryModel } from './trial';

/** What people may say of a model; the rest is found out. */
export interface ModelWish {
  /** A folder or an ONNX file. */
  readonly path: string;
  /** The shorter side, the middle of which is taken; or exactly this size. */
  readonly size?: number | Size;
  /** On values from 0 to 1; one number or one a channel. */
  readonly mean?: readonly number[];
  readonly std?: readonly number[];
  readonly output?: string;
  readonly pool?: Pool;
}

/** What was found of a model. */
export interface Examined extends Pick<ExternalEncoderFile, 'input' | 'output' | 'preprocessing' | 'batch' | 'single'> {
  /** The model, then the files with its weights; absolute paths. */
  readonly files: ExternalEncoderFile['files'];
  readonly outputs: readonly string[];
  /** preprocessor_config.json; null where there was none. */
  readonly preprocessor: string | null;
  /** An image takes so long. */
  readonly seconds: number;
}

/** Finds the files of a model, looks at them, and runs the model on one image. */
export async function examine(wish: ModelWish, image: SentImage, options: TrialOptions, job: Job): Promise<Examined> {
  job.report({ stage: 'Looking at the model', done: 0, total: 3 });
  const { model: file, preprocessor } = await findModelFiles(wish.path);
  const outline = await readModel(file);
  const found = imageInput(file, outline);
  const configured = preprocessor === null ? null : await readPreprocessorConfig(preprocessor);
  const { input, preprocessing } = prepared(file, found, configured, wish);
  const paths = [file, ...(await dataFilesOf(file, outline.dataFiles))];
  job.report({ stage: 'Trying it on one image', done: 1, total: 3 });
  const outputs = tensorOutputs(file, outline);
  const { name: inputName, type: inputType } = found;
  const model = { file, inputName, inputType, input };
  const { output, seconds, batch, single } = await tryModel(
    { model, preprocessing, image, outputs, wish, single: whySingle(found, outline) },
    options,
    job,
  );
  job.report({ stage: 'Computing the digest of its files', done: 2, total: 3 });
  return {
    files: await Promise.all(paths.map(describeFile)),
    input: { name: inputName, type: inputType, ...input },
    output: { ...output, shape: [...output.shape] },
    outputs,
    preprocessing: stored(preprocessing),
    preprocessor,
    batch,
    ...(single === undefined ? {} : { single }),
    seconds,
  };
}

/** The input in numbers, and how an image gets there: as the file beside it says, except where people said otherwise. */
function prepared(
  file: string,
  found: ModelInput,
  configured: Preprocessing | null,
  wish: ModelWish,
): { readonly input: EncoderInput; readonly preprocessing: Preprocessing } {
  const base = configured ?? defaults(found);
  const preprocessing = { ...base, ...resizing(base, wish.size), normalise: normalisation(base, wish) };
  const size = agreedSize(file, found, sizeAfter(preprocessing));
  const { layout, channels } = found;
  if ((preprocessing.normalise?.mean.length ?? 1) > channels)
    throw inputError(
      `${file} takes grey images, but the preprocessing has a mean for each of three channels; give one number with --mean and --std.`,
    );
  return { input: { channels, layout, ...size }, preprocessing };
}

/** Where nothing says how images are prepared: values from 0 to 1 at the model's size, where it has one. */
function defaults({ height, width }: ModelInput): Preprocessing {
  return {
    convertRgb: true,
    ...(height === null || width === null
      ? { resize: null, centreCrop: null }
      : toSize(height === width ? height : { height, width })),
    resample: 'bicubic',
    rescale: 1 / 255,
    normalise: null,
    pad: null,
    flipChannels: false,
  };
}

/** A number is the shorter side, of which the middle is taken. */
const toSize = (size: number | Size): Pick<Preprocessing, 'resize' | 'centreCrop'> =>
  typeof size === 'number'
    ? { resize: { shortestEdge: size }, centreCrop: { height: size, width: size } }
    : { resize: size, centreCrop: null };

function resizing(base: Preprocessing, size: ModelWish['size']): Partial<Preprocessing> {
  if (size !== undefined) return { ...toSize(size), pad: null };
  const { resize, centreCrop, pad } = base;
  // models that take any size want the whole image; features of all images want one size: the middle
  return resize && 'shortestEdge' in resize && !centreCrop && !pad ? toSize(resize.shortestEdge) : {};
}

function normalisation(base: Preprocessing, { mean, std }: ModelWish): Preprocessing['normalise'] {
  if ((mean === undefined) !== (std === undefined))
    throw usageError(`--mean and --std belong together; add ${mean ? '--std' : '--mean'}.`);
  return mean && std ? { mean, std } : base.normalise;
}

const sizeAfter = ({ resize, centreCrop, pad }: Preprocessing): Size | null =>
  pad ?? centreCrop ?? (resize && 'height' in resize ? resize : null);

function tensorOutputs(file: string, { outputs }: ModelOutline): string[] {
  const known: readonly number[] = [dataTypes.float32, dataTypes.float16];
  const names = outputs.filter(({ type }) => known.includes(type)).map(({ name }) => name);
  if (names.length > 0) return names;
  throw inputError(`${file} gives no real numbers; an encoder gives float32 or float16.`);
}

function whySingle({ batch }: ModelInput, outline: ModelOutline): string | null {
  if (batch === 1) return 'it takes exactly one image';
  return isDynamicallyQuantised(outline)
    ? 'it is dynamically quantised: minimum and maximum are taken over all images of a run'
    : null;
}

async function describeFile(path: string): Promise<ExternalEncoderFile['files'][number]> {
  const { size, mtimeMs } = await stat(path);
  return { path, sha256: await sha256Of(path), bytes: size, modified: mtimeMs };
}

/** The same in the types of its file. */
function stored({ normalise, ...rest }: Preprocessing): ExternalEncoderFile['preprocessing'] {
  return { ...rest, normalise: normalise && { mean: [...normalise.mean], std: [...normalise.std] } };
}
