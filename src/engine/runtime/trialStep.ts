import { activationShapes } from '../network/definitions';
import { initialise } from '../network/initialisation';
import { type Network, outputOf } from '../network/network';
import { Random } from '../numeric/random';
import { elements } from '../numeric/shape';
import type { Loss, Runtime, StepResult, TrainingState } from './runtime';

export interface TrialOptions {
  readonly batch: number;
  /** Cross-entropy unless said otherwise, with as many classes as the network has outputs, each as often. */
  readonly loss?: Loss;
  readonly learningRate?: number;
  readonly weightDecay?: number;
  readonly replicas?: number;
}

/** A training step that learns nothing worth knowing: it shows whether, and how fast, a device trains. */
export interface Trial {
  run(): Promise<StepResult>;
  state(): Promise<TrainingState>;
  dispose(): Promise<void>;
}

/** One step of SGD with momentum on random images, ready to be run over and over, the same everywhere. */
export async function trialStep(
  runtime: Runtime,
  network: Network,
  { batch, loss = { kind: 'crossEntropy' }, learningRate = 0.01, weightDecay = 0, replicas = 1 }: TrialOptions,
): Promise<Trial> {
  const step = await runtime.compileStep(
    network,
    { parameters: initialise(network, 0), velocities: new Map() },
    { loss, optimiser: { momentum: 0.9, weightDecay, decayAll: false }, batch, replicas },
  );
  const targets = loss.kind === 'crossEntropy' ? { targets: classesInTurn(network, batch) } : {};
  const inputs = { images: randomImages(network, batch), learningRate, ...targets };
  return { run: () => step.run(inputs), state: () => step.state(), dispose: () => step.dispose() };
}

/** Normalised pixels, [batch × channels × height × width]. */
export function randomImages({ input }: Network, batch: number): Float32Array {
  const random = Random.stream(0, 'trial');
  return Float32Array.from({ length: batch * elements(input) }, () => random.normal());
}

function classesInTurn(network: Network, batch: number): Float32Array {
  const classes = elements(activationShapes(network).get(outputOf(network))!);
  const targets = new Float32Array(batch * classes);
  for (let i = 0; i < batch; i++) targets[i * classes + (i % classes)] = 1;
  return targets;
}
