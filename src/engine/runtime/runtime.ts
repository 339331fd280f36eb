import type { Job } from '../job';
import type { Network, Parameters } from '../network/network';

/** What training minimises. */
export type Loss =
  /** Mean softmax cross-entropy against target distributions [batch × classes]; a row that adds up to w counts w times. */
  | { readonly kind: 'crossEntropy' }
  /**
   * NT-Xent (Chen et al. 2020, eq. 1) on unit vectors, rows i and i + batch/2 being two views of one image. With
   * `decoupled` the positive is left out of the denominator (Yeh et al. 2022, eq. 6).
   */
  | { readonly kind: 'ntXent'; readonly temperature: number; readonly decoupled: boolean };

/** SGD as PyTorch defines it: v ← momentum·v + gradient + weightDecay·w, then w ← w − learningRate · rate · v. */
export interface Optimiser {
  readonly momentum: number;
  readonly weightDecay: number;
  /** Whether biases and normalisation parameters decay too. */
  readonly decayAll: boolean;
  /** The largest Euclidean norm of all gradients together: longer ones are scaled down to it (Pascanu et al. 2013). */
  readonly gradientNorm?: number;
  /** Factors of the learning rate, by how a parameter's name begins; the longest beginning counts, and 1 where there is none. */
  readonly rates?: Readonly<Record<string, number>>;
}

/** What is added to a norm that gradients are divided by, as in PyTorch's clip_grad_norm_. */
export const GRADIENT_NORM_EPSILON = 1e-6;

/** The factor of a parameter's learning rate. */
export function rateOf({ rates = {} }: Optimiser, parameter: string): number {
  const [longest] = Object.keys(rates)
    .filter((beginning) => parameter.startsWith(beginning))
    .sort((a, b) => b.length - a.length);
  return longest === undefined ? 1 : rates[longest];
}

export interface StepOptions {
  readonly loss: Loss;
  readonly optimiser: Optimiser;
  /** Images in every batch. */
  readonly batch: number;
  /**
   * Copies of the network that share the batch out among themselves and normalise each over its share; 1 unless said. Part of
   * what a step computes, wherever it runs, except on devices that know only one.
   */
  readonly replicas?: number;
}

/** All that a training run has to remember. */
export interface TrainingState {
  readonly parameters: Parameters;
  /** Velocities of the trainable parameters; an empty map stands for zeros. */
  readonly velocities: Parameters;
}

export interface StepInputs {
  /** Normalised pixels, [batch × channels × height × width]. */
  readonly images: Float32Array;
  /** Target distributions for cross-entropy, [batch × classes], each times the weight of its image. */
  readonly targets?: Float32Array;
  /** Dropout masks by op name, [batch × features], zero or 1 / (1 − rate). */
  readonly masks?: ReadonlyMap<string, Float32Array>;
  readonly learningRate: number;
}

export interface StepResult {
  readonly loss: number;
  /** The network's output for the batch, before the update: logits or projections. */
  readonly output: Float32Array;
}

/** A compiled training step with its parameters. */
export interface TrainingStep {
  readonly batch: number;
  run(inputs: StepInputs): Promise<StepResult>;
  /** A copy of the current state, read back from wherever it is. */
  state(): Promise<TrainingState>;
  dispose(): Promise<void>;
}

/** A compiled network with constant weights. */
export interface Scorer {
  /** Images [n × channels × height × width] for any n; returns the wanted activations, each [n × features]. */
  run(images: Float32Array, n: number): Promise<ReadonlyMap<string, Float32Array>>;
  dispose(): Promise<void>;
}

/** A compiled network with constant weights, differentiated with respect to its images as in scoring. */
export interface InputGradients {
  /** Directions for each image. */
  readonly directions: number;
  /**
   * Images [n × channels × height × width] for any n, and for each of them directions v in the space of the network's
   * output, [n × directions × outputs]; returns ∂(v · output) / ∂image, [n × directions × channels × height × width].
   */
  run(images: Float32Array, n: number, v: Float32Array): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/**
 * Something that can train and run networks. A GPU compiles shaders for seconds before its first run; a `job` is told so.
 * @throws DeviceError when the device fails; the CPU never does.
 */
export interface Runtime {
  /** For people: what runs where ("onnxruntime on 2 CPU threads"). */
  readonly description: string;
  compileStep(network: Network, state: TrainingState, options: StepOptions, job?: Job): Promise<TrainingStep>;
  /** `outputs` are op names. */
  compileScorer(network: Network, parameters: Parameters, outputs: readonly string[], job?: Job): Promise<Scorer>;
  compileInputGradients(
    network: Network,
    parameters: Parameters,
    directions: number,
    job?: Job,
  ): Promise<InputGradients>;
}
