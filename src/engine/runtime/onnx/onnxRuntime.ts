import { availableParallelism } from 'node:os';
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { activationShapes, parameterDefinitions } from '../../network/definitions';
import { INPUT, type Network, outputOf, type Parameters, type Tensor } from '../../network/network';
import type {
  InputGradients,
  Runtime,
  Scorer,
  StepInputs,
  StepOptions,
  StepResult,
  TrainingState,
  TrainingStep,
} from '../runtime';
import { inputGradientGraph, names, scoringGraph, stepGraph } from './lower';

/** Training and scoring with ONNX Runtime's CPU provider. */
export function onnxRuntime(threads = availableParallelism()): Runtime {
  const open = (model: Uint8Array) =>
    InferenceSession.create(model, {
      executionProviders: ['cpu'],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      graphOptimizationLevel: 'all',
      // planned memory comes on top of what the first run took: twice the memory for no measurable speed
      enableMemPattern: false,
    });
  return {
    description: `ONNX Runtime on ${threads} CPU thread${threads === 1 ? '' : 's'}`,
    compileStep: async (network, state, options) =>
      new OnnxTrainingStep(await open(stepGraph(network, options)), network, state, options),
    compileScorer: async (network, parameters, outputs) =>
      new OnnxScorer(await open(scoringGraph(network, parameters, outputs)), network),
    compileInputGradients: async (network, parameters, directions) =>
      new OnnxInputGradients(await open(inputGradientGraph(network, parameters, directions)), network, directions),
  };
}

const float = (data: Float32Array, shape: readonly number[]) => new OrtTensor('float32', data, shape);

class OnnxTrainingStep implements TrainingStep {
  readonly batch: number;
  /** Parameters and velocities by graph input name; the outputs of one step are the inputs of the next. */
  private readonly tensors = new Map<string, OrtTensor>();

  constructor(
    private readonly session: InferenceSession,
    private readonly network: Network,
    state: TrainingState,
    { batch }: StepOptions,
  ) {
    this.batch = batch;
    for (const [name, { shape, trainable }] of parameterDefinitions(network)) {
      const start = state.parameters.get(name);
      if (!start) throw new Error(`The state has no parameter ${name}.`);
      this.tensors.set(name, float(start.data.slice(), shape));
      if (!trainable) continue;
      const velocity = state.velocities.get(name)?.data.slice() ?? new Float32Array(start.data.length);
      this.tensors.set(names.velocity(name), float(velocity, shape));
    }
  }

  async run({ images, targets, masks, learningRate }: StepInputs): Promise<StepResult> {
    const feeds: Record<string, OrtTensor> = Object.fromEntries(this.tensors);
    feeds[names.images] = float(images, [this.batch, ...this.network.input]);
    feeds[names.learningRate] = float(Float32Array.of(learningRate), []);
    if (targets) feeds[names.targets] = float(targets, [this.batch, targets.length / this.batch]);
    for (const [op, mask] of masks ?? []) feeds[names.mask(op)] = float(mask, [this.batch, mask.length / this.batch]);
    const results = await this.session.run(feeds);
    for (const name of this.tensors.keys()) this.tensors.set(name, results[names.next(name)] as OrtTensor);
    return {
      loss: (results[names.loss]!.data as Float32Array)[0],
      output: results[names.output]!.data as Float32Array,
    };
  }

  state(): TrainingState {
    const parameters: Parameters = new Map();
    const velocities: Parameters = new Map();
    const copy = (tensor: OrtTensor): Tensor => ({
      shape: tensor.dims,
      data: (tensor.data as Float32Array).slice(),
    });
    for (const name of parameterDefinitions(this.network).keys()) {
      parameters.set(name, copy(this.tensors.get(name)!));
      const velocity = this.tensors.get(names.velocity(name));
      if (velocity) velocities.set(name, copy(velocity));
    }
    return { parameters, velocities };
  }

  async dispose(): Promise<void> {
    await this.session.release();
    this.tensors.clear();
  }
}

class OnnxScorer implements Scorer {
  constructor(
    private readonly session: InferenceSession,
    private readonly network: Network,
  ) {}

  async run(images: Float32Array, n: number): Promise<ReadonlyMap<string, Float32Array>> {
    const results = await this.session.run({ [names.images]: float(images, [n, ...this.network.input]) });
    return new Map(Object.entries(results).map(([name, tensor]) => [name, tensor.data as Float32Array]));
  }

  dispose(): Promise<void> {
    return this.session.release();
  }
}

class OnnxInputGradients implements InputGradients {
  private readonly outputs: number;

  constructor(
    private readonly session: InferenceSession,
    private readonly network: Network,
    readonly directions: number,
  ) {
    this.outputs = activationShapes(network)
      .get(outputOf(network))!
      .reduce((a, b) => a * b, 1);
  }

  async run(images: Float32Array, n: number, v: Float32Array): Promise<Float32Array> {
    const results = await this.session.run({
      [names.images]: float(images, [n, ...this.network.input]),
      [names.directions]: float(v, [n * this.directions, this.outputs]),
    });
    return results[names.gradient(INPUT)]!.data as Float32Array;
  }

  dispose(): Promise<void> {
    return this.session.release();
  }
}
