import { type Network, outputOf } from '../network/network';
import type { ContrastiveOptions } from './presets';

/** How a built-in encoder's last blocks go on learning; as measured on faces (docs/results.md). */
export const continuedOptions: ContrastiveOptions = {
  batch: 96,
  temperature: 0.2,
  decoupled: false,
  projector: [512, 128],
  learningRate: 0.02,
  // the blocks have learnt before, the projector has not
  rates: { projector: 10 },
  gradientNorm: 5,
  schedule: 'warmupCosine',
  momentum: 0.9,
  weightDecay: 1e-4,
  length: { epochs: 8 },
};

/** Views of each image, made once. */
export const VIEWS = 4;

/** Factor on an encoder's rows, whose parts have length 1: a projector that is initialised for values around 1 learns from them at once. */
const ROWS_SCALE = 8;

/** The encoder as the projector sees it. */
export const withScaledRows = (encoder: Network): Network => ({
  input: encoder.input,
  ops: [...encoder.ops, { kind: 'scale', name: 'rows.scaled', input: outputOf(encoder), by: ROWS_SCALE }],
});
