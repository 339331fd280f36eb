import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from '../../shared/statistics';
import type { UnlabelledImages } from '../data/images';
import { openPixelFile } from '../data/pixelFile';
import { usageError } from '../errors';
import { breathe, type Job } from '../job';
import { withProjector } from '../network/architectures';
import { initialise } from '../network/initialisation';
import { Random } from '../numeric/random';
import { elements } from '../numeric/shape';
import { fromPixels } from '../pretrain/pixelViews';
import { type PretrainOptions, pretrainOptions } from '../pretrain/presets';
import { pretrain } from '../pretrain/pretrain';
import { DevicePair } from '../runtime/devicePair';
import { onnxRuntime } from '../runtime/onnx/onnxRuntime';
import type { Runtime } from '../runtime/runtime';

/** How much of the bare training step's speed is left when views are read from the pixel store and augmented. */
export interface PretrainingThroughput {
  readonly workload: 'pretrain';
  readonly threads: number;
  readonly replicas: number;
  readonly images: number;
  /** Images (two views each) a second of the whole loop, median over alternating rounds. */
  readonly images_per_second: number;
  /** The same of the bare step on fixed input. */
  readonly bare_images_per_second: number;
  readonly ratio: number;
}

const SIDE = 48;
const STEPS = 16;
const ROUNDS = 3;

/** The `quick` preset on random grey 48×48 images from a real pixel file; loop and bare step take turns. */
export async function measurePretraining(
  { threads, replicas }: { readonly threads: number; readonly replicas: number },
  count: number,
  job: Job,
): Promise<PretrainingThroughput> {
  const folder = await mkdtemp(join(tmpdir(), 'warmstart-perf-'));
  try {
    const images = await randomImages(folder, count);
    const options = { ...pretrainOptions('quick'), length: { epochs: 1 } };
    const runtime = onnxRuntime(threads);
    const { batch } = options;
    const fewest = (STEPS + 1) * batch;
    if (count < fewest) throw usageError(`The workload pretrain needs at least ${fewest} images (--images).`);
    const { encoder } = fromPixels(images, options);
    const network = withProjector(encoder, ...options.projector);
    const state = { parameters: initialise(network, 0), velocities: new Map() };
    const step = await runtime.compileStep(network, state, {
      loss: { kind: 'ntXent', temperature: options.temperature, decoupled: options.decoupled },
      optimiser: { momentum: options.momentum, weightDecay: options.weightDecay, decayAll: true },
      batch: 2 * batch,
      replicas,
    });
    const random = Random.stream(0, 'perf');
    const fixed = Float32Array.from({ length: 2 * batch * elements(encoder.input) }, () => random.normal());
    await step.run({ images: fixed, learningRate: 0.01 });
    const bare: number[] = [];
    const whole: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      await breathe(job);
      const started = performance.now();
      for (let s = 0; s < STEPS; s++) await step.run({ images: fixed, learningRate: 0.01 });
      bare.push((STEPS * batch * 1000) / (performance.now() - started));
      whole.push(await loopRate(images, { ...options, replicas }, runtime));
    }
    await step.dispose();
    const [real, ideal] = [median(whole)!, median(bare)!];
    return {
      workload: 'pretrain',
      threads,
      replicas,
      images: count,
      images_per_second: rounded(real, 1),
      bare_images_per_second: rounded(ideal, 1),
      ratio: rounded(real / ideal, 3),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs the real loop over some steps and times all but the first, which allocates. */
async function loopRate(images: UnlabelledImages, options: PretrainOptions, runtime: Runtime): Promise<number> {
  const abort = new AbortController();
  const marks: number[] = [];
  const checkpoints = { load: async () => null, save: async () => {} };
  const job = {
    signal: abort.signal,
    report: ({ stage }: { stage: string }) => {
      if (stage !== 'Pre-training') return;
      marks.push(performance.now());
      if (marks.length === STEPS + 1) abort.abort();
    },
  };
  const devices = new DevicePair(runtime);
  await pretrain({ ...fromPixels(images, options), options, seed: 0, checkpoints, devices }, job).catch(
    (error: unknown) => {
      if (!abort.signal.aborted) throw error;
    },
  );
  return ((marks.length - 1) * options.batch * 1000) / (marks.at(-1)! - marks[0]);
}

async function randomImages(folder: string, count: number): Promise<UnlabelledImages> {
  const path = join(folder, 'pixels.bin');
  const random = Random.stream(1, 'perf');
  await writeFile(
    path,
    Uint8Array.from({ length: count * SIDE * SIDE }, () => random.integer(256)),
  );
  const indices = Int32Array.from({ length: count }, (_, i) => i);
  return {
    pixels: openPixelFile(path, { channels: 1, height: SIDE, width: SIDE }, indices),
    normalisation: { mean: [0.5], std: [0.25] },
    indices,
  };
}

const rounded = (value: number, digits: number) => Number(value.toFixed(digits));
