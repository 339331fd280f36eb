import { oneLine } from '../../describeFailure';
import { inputError, UserError } from '../../errors';
import { serveParent } from '../../process/parent';
import { cpuProvider } from '../../runtime/onnx/provider';
import { threadCount } from '../../runtime/threads';
import { receivedImage, unreadable } from '../imageSource';
import { preprocess } from '../preprocess';
import type { EncoderInput } from '../preprocessing';
import { type ChosenOutput, chooseOutput } from './outputs';
import { type Output, rowsOf } from './rows';
import { ExternalModel } from './session';
import type { TrialAnswer, TrialOrder } from './trial';

/** The process of one trial of a model from outside, which may crash or hang the runtime. */
export const trialProcess = (): Promise<void> => serveParent<TrialOrder, TrialAnswer>(trial);

/** Images a run, where their features do not depend on each other. */
const BATCH = 8;
/** Kernels sum in another order for several images; what one image does to another is more than that. */
const ROUNDING = 1e-3;

async function trial(order: TrialOrder): Promise<TrialAnswer> {
  const { file, input } = order.model;
  const image = await prepared(order);
  const model = await ExternalModel.open(order.model, cpuProvider(threadCount())).catch((error: Error) => {
    throw inputError(
      `${file} can't be loaded: ${reason(error)}; export it again, for an older opset if it is new.`,
      error,
    );
  });
  const outputs = await model.run(image, 1, order.outputs).catch((error: Error) => {
    throw inputError(
      `${file} could not be run on an image of ${input.width} × ${input.height} pixels: ${reason(error)}; try another --size, or export it again.`,
      error,
    );
  });
  const shapes = [...outputs].map(([name, { dims }]) => ({ name, dims }));
  const output = chooseOutput(file, shapes, input.layout, order.wish);
  const row = checkedRow(file, outputs.get(output.name)!, output, input);
  const begin = performance.now();
  await model.run(image, 1, [output.name]);
  const seconds = (performance.now() - begin) / 1000;
  const single = order.single ?? (await whySingle(model, image, output, { row, input }));
  return { output, seconds, ...(single === null ? { batch: BATCH } : { batch: 1, single }) };
}

/** The trial image; one that can't be read any more is the user's trouble, not the model's. */
async function prepared({ image, preprocessing, model }: TrialOrder): Promise<Float32Array> {
  try {
    return await receivedImage(image, (source) => preprocess(source, preprocessing, model.input));
  } catch (error) {
    if (error instanceof UserError || !('path' in image)) throw error;
    throw unreadable(image.path, error);
  }
}

function checkedRow(
  file: string,
  output: Output,
  { name, pool }: ChosenOutput,
  { layout }: EncoderInput,
): Float32Array {
  const { data } = rowsOf(output, { pool, layout });
  const wrong = data.find((value) => !Number.isFinite(value));
  if (wrong === undefined) return data;
  throw inputError(
    `${file} gives ${wrong} in its output "${name}" for an image of the dataset; check its preprocessing, or take its float32 version.`,
  );
}

/** Why images have to be run one by one; null where that makes no difference. */
async function whySingle(
  model: ExternalModel,
  image: Float32Array,
  { name, pool }: ChosenOutput,
  { row, input }: { readonly row: Float32Array; readonly input: EncoderInput },
): Promise<string | null> {
  const both = new Float32Array(2 * image.length);
  both.set(image);
  for (const [i, value] of image.entries()) both[image.length + i] = -2 * value; // far from the first
  const outputs = await model.run(both, 2, [name]).catch(() => null);
  const output = outputs?.get(name);
  if (output?.dims[0] !== 2) return 'it does not take several images at once';
  const { data, columns } = rowsOf(output, { pool, layout: input.layout });
  const most = row.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  const apart = row.reduce((largest, value, i) => Math.max(largest, Math.abs(value - data[i])), 0);
  const isAlone = columns === row.length && apart <= ROUNDING * most;
  return isAlone ? null : 'what it makes of an image depends on the images beside it';
}

/** The library's own words, without what it says of its source code. */
const reason = ({ message }: Error): string => oneLine(message).replace(/\.$/, '').slice(0, 300);
