import { median } from '../../shared/statistics';
import { breathe, type Job } from '../job';
import { architecture, withClassifier, withProjector } from '../network/architectures';
import { initialise } from '../network/initialisation';
import { outputOf } from '../network/network';
import { chooseDevice } from '../runtime/device/choose';
import { CPU_DEVICE, wantedDevice } from '../runtime/device/device';
import { deviceNamed } from '../runtime/device/find';
import { onnxRuntime } from '../runtime/onnx/onnxRuntime';
import type { Runtime } from '../runtime/runtime';
import { randomImages, trialStep } from '../runtime/trialStep';

/** One throughput figure; the definitions are those of the PyTorch baseline that it is compared with. */
export interface Throughput {
  readonly workload: StepWorkload;
  readonly threads: number;
  /** Replicas that share a training step's batch out; 1 where nothing is trained. */
  readonly replicas: number;
  readonly runtime: string;
  /** Median over the timed steps. */
  readonly images_per_second: number;
  readonly best: number;
  readonly steps: number;
}

const BATCH = 64;
const SIDE = 48;

/** One step of a workload, to be run over and over. */
interface Step {
  run(): Promise<unknown>;
  dispose(): Promise<void>;
}

/** What is measured: name, what it stands for, and how to build one step of it. */
const workloads = {
  /** SimCLR step: ResNet-18, [64, 3, 48, 48], projector 512-512-128, NT-Xent τ 0.5, SGD with momentum. */
  w1: (runtime: Runtime, replicas: number): Promise<Step> =>
    trialStep(runtime, withProjector(architecture('resnet18', [3, SIDE, SIDE]), 512, 128), {
      batch: BATCH,
      loss: { kind: 'ntXent', temperature: 0.5, decoupled: false },
      replicas,
    }),
  /** The same encoder, forward only. */
  w2: async (runtime: Runtime): Promise<Step> => {
    const network = architecture('resnet18', [3, SIDE, SIDE]);
    const scorer = await runtime.compileScorer(network, initialise(network, 0), [outputOf(network)]);
    const images = randomImages(network, BATCH);
    return { run: () => scorer.run(images, BATCH), dispose: () => scorer.dispose() };
  },
  /** Supervised step of the `small` encoder with seven classes. */
  w3: (runtime: Runtime, replicas: number): Promise<Step> =>
    trialStep(runtime, withClassifier(architecture('small', [3, SIDE, SIDE]), 7, 0), { batch: BATCH, replicas }),
} as const;

export type StepWorkload = keyof typeof workloads;

/** The device that was named; null for the CPU, which is measured unless another one is. */
async function measuredRuntime(): Promise<Runtime | null> {
  const wanted = wantedDevice();
  if (wanted === 'auto' || wanted === CPU_DEVICE) return null;
  return deviceNamed((await chooseDevice(wanted)).name).open();
}

/** How a step is run. */
export interface StepSettings {
  readonly threads: number;
  /** Of a training step. */
  readonly replicas: number;
  readonly seconds: number;
}

/** Runs a workload for some seconds after two warm-up steps. */
export async function measure(workload: StepWorkload, settings: StepSettings, job: Job): Promise<Throughput> {
  const { threads, seconds } = settings;
  const device = await measuredRuntime();
  const runtime = device ?? onnxRuntime(threads);
  const replicas = workload === 'w2' ? 1 : settings.replicas;
  const step = await workloads[workload](runtime, replicas);
  try {
    const times = await timesOf(step, seconds, job);
    const rate = (time: number) => Math.round((BATCH / time) * 10) / 10;
    return {
      workload,
      threads,
      replicas,
      runtime: device?.description ?? 'onnxruntime-node',
      images_per_second: rate(median(times)!),
      best: rate(Math.min(...times)),
      steps: times.length,
    };
  } finally {
    await step.dispose();
  }
}

/** Seconds of each step. */
async function timesOf(step: Step, seconds: number, job: Job): Promise<number[]> {
  await step.run();
  await step.run();
  const times: number[] = [];
  const start = performance.now();
  while (times.length < 3 || performance.now() - start < seconds * 1000) {
    const before = performance.now();
    await step.run();
    times.push((performance.now() - before) / 1000);
    await breathe(job);
  }
  return times;
}

/** Training steps with 1, 2, 4 … replicas of one thread each, up to one a thread. */
export async function measureScaling(workload: StepWorkload, settings: StepSettings, job: Job): Promise<Throughput[]> {
  const results: Throughput[] = [];
  for (let replicas = 1; replicas <= settings.threads; replicas *= 2)
    results.push(await measure(workload, { ...settings, threads: replicas, replicas }, job));
  return results;
}
