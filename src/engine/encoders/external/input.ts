import type { FileHandle } from 'node:fs/promises';
import type { FloatType } from '../../../shared/encoders';
import { inputError, type UserError } from '../../errors';
import { type ModelOutline, readOutline, type Value } from '../../runtime/onnx/outline';
import { dataTypes } from '../../runtime/onnx/protobuf';
import { WireError } from '../../runtime/onnx/wire';
import { openFile } from '../../store/door';
import type { EncoderInput, Size } from '../preprocessing';
import { describeShape } from './rows';

/** What an ONNX file is fed, as far as the file says it. */
export interface ModelInput {
  readonly name: string;
  readonly type: FloatType;
  readonly layout: EncoderInput['layout'];
  readonly channels: 1 | 3;
  readonly height: number | null;
  readonly width: number | null;
  /** Images a run; null for any number. */
  readonly batch: 1 | null;
}

/** ONNX's own format ends here: protobuf messages can't be larger. */
const MOST_BYTES = 2 ** 31;
const knownDomains = new Set(['', 'ai.onnx', 'ai.onnx.ml', 'com.microsoft']);

/** What an ONNX file says of itself. Nothing of it is run. @throws UserError where it can't be an encoder of images. */
export async function readModel(path: string): Promise<ModelOutline> {
  const { handle, size } = await openFile(path, 'streamed').catch((error: NodeJS.ErrnoException) => {
    throw inputError(`Cannot read ${path} (${error.code ?? error.message}); give an ONNX file.`, error);
  });
  const isPointer = await beginsAsPointer(handle).finally(() => handle.close());
  if (isPointer)
    throw inputError(`${path} is only a pointer of Git LFS to the model; fetch the model itself (git lfs pull).`);
  if (size >= MOST_BYTES)
    throw inputError(
      `${path} has ${(size / 2 ** 30).toFixed(1)} GiB, and an ONNX file can't have more than 2; export it with its weights in a file beside it, or take a smaller model.`,
    );
  const outline = outlined(path, size);
  const unknown = outline.operators.find(({ domain }) => !knownDomains.has(domain) && !outline.ownDomains.has(domain));
  if (unknown)
    throw inputError(
      `${path} uses the operator ${unknown.name} of the domain "${unknown.domain}", which ONNX Runtime does not have; export the model with ONNX's own operators.`,
    );
  return outline;
}

function outlined(path: string, size: number): ModelOutline {
  try {
    const outline = readOutline(path, size);
    if (outline.operators.length > 0 && outline.outputs.length > 0) return outline;
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    throw inputError(`${path} is no ONNX model, or is truncated (${error.message}); fetch or export it again.`, error);
  }
  throw inputError(`${path} is no ONNX model: it has no operators; fetch or export it again.`);
}

async function beginsAsPointer(file: FileHandle): Promise<boolean> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(64), 0, 64, 0);
  return /^version \S*git-lfs/.test(buffer.toString('latin1', 0, bytesRead));
}

/** The one input, which takes images. @throws UserError where there are others, or it is none for images. */
export function imageInput(path: string, { inputs }: ModelOutline): ModelInput {
  const refused = (what: string): UserError => inputError(`${path} ${what}.`);
  const images = inputs.filter(isImage);
  const others = inputs.filter((input) => !isImage(input));
  const names = (values: readonly Value[]) => values.map(({ name }) => `"${name}"`).join(', ');
  if (others.some(({ name, type }) => name === 'input_ids' || type === dataTypes.int64))
    throw refused(`takes text (${names(others)}); give the part for images alone, often called vision_model.onnx`);
  if (images.length > 1) throw refused(`takes ${images.length} images (${names(images)}); an encoder takes one`);
  const [image] = images;
  if (!image)
    throw refused(
      `takes no image: none of its inputs (${names(inputs) || 'it has none'}) is of four dimensions and real numbers; export the model with such an input`,
    );
  if (others.length > 0)
    throw refused(`wants more than an image (${names(others)}); export the model with the image as its only input`);
  return { name: image.name, type: typeOf(image)!, ...dimensionsOf(image, refused) };
}

const typeOf = ({ type }: Value): FloatType | null =>
  type === dataTypes.float32 ? 'float32' : type === dataTypes.float16 ? 'float16' : null;

const isImage = (value: Value): boolean => typeOf(value) !== null && value.shape?.length === 4;

function dimensionsOf({ shape }: Value, refused: (what: string) => UserError): Omit<ModelInput, 'name' | 'type'> {
  const [batch, second, third, last] = shape!;
  if (typeof batch === 'number' && batch !== 1)
    throw refused(`takes exactly ${batch} images at a time; export it for any number of images, or for one`);
  const isColour = (size: number | string | null) => size === 1 || size === 3;
  const layout = isColour(last) && !isColour(second) ? 'nhwc' : 'nchw';
  const [channels, height, width] = layout === 'nchw' ? [second, third, last] : [last, second, third];
  if (typeof channels === 'number' && !isColour(channels))
    throw refused(`takes images of ${channels} channels (${describeShape(shape!)}); an encoder takes 1 or 3`);
  return {
    layout,
    channels: channels === 1 ? 1 : 3, // where it is not said, R, G, B
    height: typeof height === 'number' ? height : null,
    width: typeof width === 'number' ? width : null,
    batch: batch === 1 ? 1 : null,
  };
}

/** Rounded weights whose scale is found anew from all numbers of a tensor, those of other images included. */
const dynamic = new Set([
  'DynamicQuantizeLinear',
  'MatMulInteger',
  'ConvInteger',
  'DynamicQuantizeMatMul',
  'DynamicQuantizeLSTM',
]);

export const isDynamicallyQuantised = ({ operators }: ModelOutline): boolean =>
  operators.some(({ name }) => dynamic.has(name));

/** The size of what a network is fed, from the file and from the preprocessing, where they agree. */
export function agreedSize(path: string, { height, width }: ModelInput, prepared: Size | null): Size {
  const wanted = { height: height ?? prepared?.height, width: width ?? prepared?.width };
  if (wanted.height === undefined || wanted.width === undefined)
    throw inputError(`${path} takes images of any size, so the size has to be given; add --size (such as --size 224).`);
  const size = { height: wanted.height, width: wanted.width };
  if (prepared && (prepared.height !== size.height || prepared.width !== size.width))
    throw inputError(
      `${path} takes images of ${size.width} × ${size.height} pixels, but the preprocessing makes ${prepared.width} × ${prepared.height} of them; correct the preprocessing, or --size.`,
    );
  return size;
}
