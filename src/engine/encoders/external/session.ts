import type { FloatType } from '../../../shared/encoders';
import { inputError } from '../../errors';
import { floatToHalf, halfToFloat } from '../../numeric/half';
import { guarded } from '../../runtime/guarded';
import { type InferenceSession, Tensor } from '../../runtime/onnx/library';
import type { Provider } from '../../runtime/onnx/provider';
import type { EncoderInput } from '../preprocessing';
import type { ExternalRecipe } from '../recipe';
import { describeShape, type Output, rowsOf } from './rows';

/** What is known of a model before its outputs are. */
export type ExternalInput = Pick<ExternalRecipe, 'file' | 'inputName' | 'inputType' | 'input'>;

/** A model from outside as it is, every output under its name. Runs in a process of its own: it may crash or hang. */
export class ExternalModel {
  private constructor(
    private readonly session: InferenceSession,
    private readonly of: ExternalInput,
  ) {}

  static async open(of: ExternalInput, provider: Provider): Promise<ExternalModel> {
    return new ExternalModel(await guarded(() => provider.open(of.file)), of);
  }

  /** `images`: n after one another, in the layout of the input. */
  async run(images: Float32Array, n: number, outputs: readonly string[]): Promise<Map<string, Output>> {
    const { inputName, inputType, input } = this.of;
    const feeds = { [inputName]: tensorOf(images, dimsOf(input, n), inputType) };
    const results = await guarded(() => this.session.run(feeds, [...outputs]));
    return new Map(outputs.map((name) => [name, { dims: results[name].dims, data: floats(results[name]) }]));
  }

  release(): Promise<void> {
    return this.session.release();
  }
}

/** A registered encoder: images in, features out. */
export interface ExternalSession {
  /** [n × dimensions] */
  rows(images: Float32Array, n: number): Promise<Float32Array>;
  release(): Promise<void>;
}

export async function openExternal(recipe: ExternalRecipe, provider: Provider): Promise<ExternalSession> {
  const model = await ExternalModel.open(recipe, provider);
  const { name, file, dimensions, outputName, pool, input } = recipe;
  return {
    async rows(images, n) {
      const outputs = await model.run(images, n, [outputName]);
      const output = outputs.get(outputName)!;
      const { columns, data } = rowsOf(output, { pool, layout: input.layout });
      if (columns === dimensions && output.dims[0] === n) return data;
      throw inputError(
        `${file} gives an output of ${describeShape(output.dims)} for ${n} images, which is not what was found when the encoder "${name}" was added; add it again.`,
      );
    },
    release: () => model.release(),
  };
}

const dimsOf = ({ channels, height, width, layout }: EncoderInput, n: number): number[] =>
  layout === 'nchw' ? [n, channels, height, width] : [n, height, width, channels];

/** Half-precision numbers are 16 bits each; newer versions of Node know them as numbers. */
type HalfArray = { readonly length: number } & Iterable<number>;
const HalfNumbers = (globalThis as { Float16Array?: { from(values: Float32Array): HalfArray } }).Float16Array;

function tensorOf(values: Float32Array, dims: number[], type: FloatType): Tensor {
  if (type === 'float32') return new Tensor('float32', values, dims);
  const half = HalfNumbers ? HalfNumbers.from(values) : Uint16Array.from(values, floatToHalf);
  return new Tensor('float16', half as Uint16Array, dims);
}

function floats({ type, data }: Tensor): Float32Array {
  if (type === 'float32') return data as Float32Array;
  return HalfNumbers
    ? Float32Array.from(data as unknown as HalfArray)
    : Float32Array.from(data as Uint16Array, halfToFloat);
}
