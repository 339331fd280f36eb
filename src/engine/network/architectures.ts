import { usageError } from '../errors';
import { INPUT, type Network, type Op, outputOf } from './network';

type InputShape = Network['input'];

/** Builds a list of ops, each reading the one before it unless told otherwise. */
class OpList {
  readonly ops: Op[] = [];
  last = INPUT;

  push(op: Op): string {
    this.ops.push(op);
    this.last = op.name;
    return op.name;
  }

  /** Convolution, then batch normalisation. */
  convNorm(name: string, outputs: number, kernel: number, stride: number, input = this.last): string {
    this.push({ kind: 'conv2d', name: `${name}.conv`, input, outputs, kernel, stride });
    return this.push({ kind: 'batchNorm', name: `${name}.norm`, input: this.last });
  }

  relu(name: string): string {
    return this.push({ kind: 'relu', name: `${name}.relu`, input: this.last });
  }

  /** The mean of a map, or of each place of a grid: aligned images tell apart by where something is (docs/results.md). */
  pool(grid: number): string {
    return grid === 1
      ? this.push({ kind: 'globalAveragePool', name: 'pool', input: this.last })
      : this.push({ kind: 'gridAveragePool', name: 'pool', input: this.last, grid });
  }
}

/** 3×3 convolutions of 32-64-128-256 channels with strides 1-2-2-2, then average pooling: made for CPUs. */
function small(input: InputShape, grid: number): Network {
  const list = new OpList();
  for (const [i, outputs] of [32, 64, 128, 256].entries()) {
    const name = `layer${i + 1}`;
    list.convNorm(name, outputs, 3, i === 0 ? 1 : 2);
    list.relu(name);
  }
  list.pool(grid);
  return { input, ops: list.ops };
}

/**
 * ResNet-18 (He et al. 2016) for small images, as in Roy & Etemad 2023: 3×3 stem with stride 1 and no max-pooling.
 * `width` is the number of channels of the first stage (64 in the paper), whose pooling has one place.
 */
export function resnet18(input: InputShape, width = 64, grid = 1): Network {
  const list = new OpList();
  list.convNorm('stem', width, 3, 1);
  list.relu('stem');
  let channels = width;
  for (let stage = 0; stage < 4; stage++) {
    const outputs = width * 2 ** stage;
    for (let block = 0; block < 2; block++) {
      const name = `stage${stage + 1}.block${block + 1}`;
      const stride = stage > 0 && block === 0 ? 2 : 1;
      const from = list.last;
      list.convNorm(`${name}.first`, outputs, 3, stride);
      list.relu(`${name}.first`);
      const main = list.convNorm(`${name}.second`, outputs, 3, 1);
      const shortcut =
        stride === 1 && channels === outputs ? from : list.convNorm(`${name}.shortcut`, outputs, 1, stride, from);
      list.push({ kind: 'add', name: `${name}.sum`, input: main, other: shortcut });
      list.relu(name);
      channels = outputs;
    }
  }
  list.pool(grid);
  return { input, ops: list.ops };
}

const architectures: Readonly<Record<string, (input: InputShape, grid: number) => Network>> = {
  small,
  resnet18: (input, grid) => resnet18(input, undefined, grid),
};

export const encoderNames: readonly string[] = Object.keys(architectures);

/** The grids that a last map may be averaged over: so many places along each side. */
export const grids = [1, 2, 3] as const;

/** The grid where nothing else is said. */
export const DEFAULT_GRID = 3;

/** A network of that name without weights, its last map averaged over a grid; unknown names are usage errors. */
export function architecture(name: string, input: InputShape, grid = 1): Network {
  const make = Object.hasOwn(architectures, name) ? architectures[name] : undefined;
  if (!make) throw usageError(`There is no encoder "${name}"; the known ones are ${encoderNames.join(' and ')}.`);
  return make(input, grid);
}

/** The encoder with dropout and a linear classifier on top; the head's parameters are `head.weight` and `head.bias`. */
export function withClassifier(encoder: Network, classCount: number, dropoutRate: number): Network {
  const list: Op[] = [...encoder.ops];
  let input = outputOf(encoder);
  if (dropoutRate > 0) {
    list.push({ kind: 'dropout', name: 'head.dropout', input, rate: dropoutRate });
    input = 'head.dropout';
  }
  list.push({ kind: 'dense', name: 'head', input, outputs: classCount });
  return { input: encoder.input, ops: list };
}

/** The encoder with SimCLR's projector (Chen et al. 2020): dense, ReLU, dense, unit length. */
export function withProjector(encoder: Network, hidden: number, outputs: number): Network {
  const ops: Op[] = [
    ...encoder.ops,
    { kind: 'dense', name: 'projector.hidden', input: outputOf(encoder), outputs: hidden },
    { kind: 'relu', name: 'projector.relu', input: 'projector.hidden' },
    { kind: 'dense', name: 'projector.output', input: 'projector.relu', outputs },
    { kind: 'l2Normalize', name: 'projection', input: 'projector.output' },
  ];
  return { input: encoder.input, ops };
}
