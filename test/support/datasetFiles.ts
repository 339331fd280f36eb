import type { ContinuedFile } from '../../src/shared/schema/continued';
import type { DatasetFile } from '../../src/shared/schema/dataset';
import type { EncoderFile } from '../../src/shared/schema/encoder';
import type { ExternalEncoderFile } from '../../src/shared/schema/externalEncoder';
import type { LabelEntry } from '../../src/shared/schema/labels';
import type { ResultsFile } from '../../src/shared/schema/results';
import type { RoundFile } from '../../src/shared/schema/round';

/** Files of a dataset as the engine writes them, without an engine. */

const digest = 'a'.repeat(64);
const stamp = { pretrained: true, digest };

export const datasetFile = (changes: Partial<DatasetFile> = {}): DatasetFile => ({
  schema: 1,
  name: 'faces',
  layout: 'folders',
  root: '../../faces',
  classes: ['happy', 'sad'],
  image: { channels: 1, height: 48, width: 48 },
  split: { train: 100, test: 20 },
  digest,
  labelDigest: digest,
  normalisation: { mean: [0.5], std: [0.2] },
  broken: [],
  duplicates: { groups: 0, copies: 0, leaks: 0, conflicts: 0 },
  createdBy: '0.1.0',
  ...changes,
});

export const roundOf = (round: number, images: readonly string[]): RoundFile => ({
  schema: 1,
  round,
  strategy: 'maxHerding',
  options: {},
  seed: 0,
  budget: images.length,
  dataset: { name: 'faces', digest },
  encoder: stamp,
  model: null,
  labelled: 0,
  pool: 100,
  picks: images.map((image) => ({ image, score: 1, reason: 'dense' })),
});

export const resultsOf = (round: number, accuracy: number): ResultsFile => ({
  schema: 1,
  round,
  learner: 'probe',
  epochs: 0,
  stopped: 'converged',
  seed: 0,
  dataset: { name: 'faces', digest },
  encoder: stamp,
  labelled: 4,
  perClass: { happy: 2, sad: 2 },
  labels: digest,
  metrics: {
    count: 20,
    accuracy,
    macroF1: accuracy,
    macroRecall: accuracy,
    perClassRecall: [accuracy, accuracy],
    perClassPrecision: [accuracy, accuracy],
    perClassF1: [accuracy, accuracy],
    confusion: [
      [5, 5],
      [5, 5],
    ],
    ece: 0.1,
    logLoss: 0.6,
  },
  estimate: false,
  trainingSeconds: 1,
  model: `models/${round}.safetensors`,
});

export const encoderFile = (): EncoderFile => ({
  schema: 1,
  encoder: 'small',
  input: [1, 48, 48],
  preset: 'quick',
  options: {},
  seed: 0,
  device: 'CPU',
  images: 100,
  dataset: digest,
  epochs: 10,
  steps: 40,
  seconds: 120,
  imagesPerSecond: 100,
  history: [{ loss: 5, alignment: 1, uniformity: -2 }],
  health: { alignment: 1, uniformity: -2, effectiveRank: 20 },
});

export const continuedFile = (): ContinuedFile => ({
  schema: 1,
  base: { name: 'faces', digest },
  options: {},
  seed: 0,
  device: 'CPU',
  images: 90,
  of: 100,
  dataset: digest,
  epochs: 8,
  steps: 40,
  seconds: 120,
  imagesPerSecond: 100,
  history: [{ loss: 3, alignment: 0.2, uniformity: -2 }],
  health: {
    before: { alignment: 0.2, uniformity: -1, effectiveRank: 20 },
    after: { alignment: 0.1, uniformity: -2, effectiveRank: 40 },
  },
});

export const externalEncoderFile = (): ExternalEncoderFile => ({
  schema: 1,
  files: [{ path: '../../dino/onnx/model.onnx', sha256: digest, bytes: 1000, modified: 0 }],
  input: { name: 'pixel_values', type: 'float32', layout: 'nchw', channels: 3, height: 224, width: 224 },
  output: { name: 'last_hidden_state', shape: [257, 384], pool: 'cls', dimensions: 384 },
  preprocessing: {
    convertRgb: true,
    resize: { shortestEdge: 256 },
    resample: 'bicubic',
    centreCrop: { height: 224, width: 224 },
    rescale: 1 / 255,
    normalise: { mean: [0.5], std: [0.5] },
    pad: null,
    flipChannels: false,
  },
  batch: 8,
  trainedOn: '142 million photographs',
  createdBy: '0.1.0',
});

const at = '2026-01-31T12:00:00.000Z';
export const says = (label: string): LabelEntry => ({ label, at, seconds: 1 });
export const skips: LabelEntry = { skipped: true, at, seconds: 1 };
