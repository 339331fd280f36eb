import type { FloatType } from '../../../shared/encoders';
import { floatToHalf, halfToFloat } from '../../numeric/half';
import { InferenceSession, Tensor } from '../../runtime/onnx/library';
import type { EncoderInput } from '../preprocessing';
import type { ExternalRecipe } from '../recipe';
import { type Output, rowsOf } from './rows';

/** What is known of a model before its outputs are. */
export type ExternalInput = Pick<ExternalRecipe, 'file' | 'inputName' | 'inputType' | 'input'>;

/** A model from outside as it is, every output under its name. Runs in a process of its own: it may crash or hang. */
export class ExternalModel {
  private constructor(
    private readonly session: InferenceSession,
    private readonly of: ExternalInput,
  ) {}

  static async open(of: ExternalInput, threads: number): Promise<ExternalModel> {
    const session = await InferenceSession.create(of.file, {
      executionProviders: ['cpu'],
      graphOptimizationLevel: 'all',
      enableMemPattern: false,
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      logSeverityLevel: 3, // what it warns of is nobody's business
    });
    return new ExternalModel(session, of);
  }

  /** `images`: n after one another, in the layout of the input. */
  async run(images: Float32Array, n: number, outputs: readonly string[]): Promise<Map<string, Output>> {
    const { inputName, inputType, input } = this.of;
    const results = await this.session.run({ [inputName]: tensorOf(images, dimsOf(input, n), inputType) }, [
      ...outputs,
    ]);
    return new Map(outputs.map((name) => [name, { dims: results[name].dims, data: floats(results[name]) }]));
  }

  release(): Promise<void> {
    return this.session.release();
  }
}

/** A registered encoder: images in, features out. */
export async function openExternal(recipe: ExternalRecipe, threads: number) {
  const model = await ExternalModel.open(recipe, threads);
  const { outputName, pool, input } = recipe;
  return {
    /** [n × dimensions] */
    async rows(images: Float32Array, n: number): Promise<Float32Array> {
      const outputs = await model.run(images, n, [outputName]);
      return rowsOf(outputs.get(outputName)!, { pool, layout: input.layout }).data;
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
