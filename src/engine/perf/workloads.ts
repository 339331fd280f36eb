import { median } from '../../shared/statistics';
import { breathe, type Job } from '../job';
import { architecture, withClassifier, withProjector } from '../network/architectures';
import { initialise } from '../network/initialisation';
import { type Network, outputOf } from '../network/network';
import { chooseDevice } from '../runtime/device/choose';
import { CPU_DEVICE, wantedDevice } from '../runtime/device/device';
import { deviceNamed } from '../runtime/device/find';
import { onnxRuntime } from '../runtime/onnx/onnxRuntime';
import type { Loss, Runtime } from '../runtime/runtime';
import { randomImages, trialStep } from '../runtime/trialStep';

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
    stepOf(runtime, withProjector(architecture('resnet18', [3, SIDE, SIDE]), 512, 128), {
      kind: 'ntXent',
      temperature: 0.5,
      decoupled: false,
    }),
  /** The same encoder, forward only. */
  w2: async (runtime: Runtime) => {
    const network = architecture('resnet18', [3, SIDE, SIDE]);
    const scorer = await runtime.compileScorer(network, initialise(network, 0), [outputOf(network)]);
    const images = randomImages(network, BATCH);
    return () => scorer.run(images, BATCH);
  },
  /** Supervised step of the `small` encoder with seven classes. */
  w3: (runtime: Runtime) =>
    stepOf(runtime, withClassifier(architecture('small', [3, SIDE, SIDE]), 7, 0), { kind: 'crossEntropy' }),
} as const;

export type StepWorkload = keyof typeof workloads;

async function stepOf(runtime: Runtime, network: Network, loss: Loss): Promise<() => Promise<unknown>> {
  const { run } = await trialStep(runtime, network, { batch: BATCH, loss });
  return run;
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
  const rate = (time: number) => Math.round((BATCH / time) * 10) / 10;
  return {
    workload,
    threads,
    runtime: runtime?.description ?? 'onnxruntime-node',
    images_per_second: rate(median(times)!),
    best: rate(Math.min(...times)),
    steps: times.length,
  };
}
