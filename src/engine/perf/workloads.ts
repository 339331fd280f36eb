import { breathe, type Job } from '../job';
import { architecture, withClassifier, withProjector } from '../network/architectures';
import { initialise } from '../network/initialisation';
import { type Network, outputOf } from '../network/network';
import { Random } from '../numeric/random';
import { chooseDevice } from '../runtime/device/choose';
import { CPU_DEVICE, wantedDevice } from '../runtime/device/device';
import { deviceNamed } from '../runtime/device/find';
import { onnxRuntime } from '../runtime/onnx/onnxRuntime';
import type { Loss, Runtime } from '../runtime/runtime';

/** One throughput figure; the definitions are those of the PyTorch baseline that it is compared with. */
export interface Throughput {
  readonly workload: StepWorkload;
  readonly threads: number;
  readonly runtime: string;
  /** Median over the timed steps. */
  readonly images_per_second: number;
  readonly best: number;
  readonly steps: number;
}

const BATCH = 64;
const SIDE = 48;

/** What is measured: name, what it stands for, and how to build one step of it. */
export const workloads = {
  /** SimCLR step: ResNet-18, [64, 3, 48, 48], projector 512-512-128, NT-Xent τ 0.5, SGD with momentum. */
  w1: (runtime: Runtime) =>
    trainingStep(runtime, withProjector(architecture('resnet18', [3, SIDE, SIDE]), 512, 128), {
      kind: 'ntXent',
      temperature: 0.5,
      decoupled: false,
    }),
  /** The same encoder, forward only. */
  w2: async (runtime: Runtime) => {
    const network = architecture('resnet18', [3, SIDE, SIDE]);
    const scorer = await runtime.compileScorer(network, initialise(network, 0), [outputOf(network)]);
    const images = randomImages();
    return () => scorer.run(images, BATCH);
  },
  /** Supervised step of the `small` encoder with seven classes. */
  w3: (runtime: Runtime) =>
    trainingStep(runtime, withClassifier(architecture('small', [3, SIDE, SIDE]), 7, 0), { kind: 'crossEntropy' }),
} as const;

export type StepWorkload = keyof typeof workloads;

function randomImages(): Float32Array {
  const random = Random.stream(0, 'perf');
  return Float32Array.from({ length: BATCH * 3 * SIDE * SIDE }, () => random.normal());
}

async function trainingStep(runtime: Runtime, network: Network, loss: Loss): Promise<() => Promise<unknown>> {
  const state = { parameters: initialise(network, 0), velocities: new Map() };
  const optimiser = { momentum: 0.9, weightDecay: 0, decayAll: false };
  const step = await runtime.compileStep(network, state, { loss, optimiser, batch: BATCH });
  const images = randomImages();
  const targets = new Float32Array(BATCH * 7);
  for (let i = 0; i < BATCH; i++) targets[i * 7 + (i % 7)] = 1;
  const input = { images, learningRate: 0.01, ...(loss.kind === 'crossEntropy' && { targets }) };
  return () => step.run(input);
}

/** The device that was named; null for the CPU, which is measured unless another one is. */
async function measuredRuntime(): Promise<Runtime | null> {
  const wanted = wantedDevice();
  if (wanted === 'auto' || wanted === CPU_DEVICE) return null;
  return deviceNamed((await chooseDevice(wanted)).name).open();
}

/** Runs a workload for some seconds after two warm-up steps. */
export async function measure(workload: StepWorkload, threads: number, seconds: number, job: Job): Promise<Throughput> {
  const runtime = await measuredRuntime();
  const step = await workloads[workload](runtime ?? onnxRuntime(threads));
  await step();
  await step();
  const times: number[] = [];
  const start = performance.now();
  while (times.length < 3 || performance.now() - start < seconds * 1000) {
    const before = performance.now();
    await step();
    times.push((performance.now() - before) / 1000);
    await breathe(job);
  }
  times.sort((a, b) => a - b);
  const rate = (time: number) => Math.round((BATCH / time) * 10) / 10;
  return {
    workload,
    threads,
    runtime: runtime?.description ?? 'onnxruntime-node',
    images_per_second: rate(times[times.length >> 1]),
    best: rate(times[0]),
    steps: times.length,
  };
}
