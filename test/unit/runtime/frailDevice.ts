import { DeviceError } from '../../../src/engine/errors';
import { INPUT, type Network } from '../../../src/engine/network/network';
import { onnxRuntime } from '../../../src/engine/runtime/onnx/onnxRuntime';
import type { Runtime } from '../../../src/engine/runtime/runtime';

export const cpu = onnxRuntime(1);

/** An encoder of one convolution that ends in four features. */
export const tinyEncoder = (input: Network['input'], stride: number): Network => ({
  input,
  ops: [
    { kind: 'conv2d', name: 'conv', input: INPUT, outputs: 4, kernel: 3, stride },
    { kind: 'batchNorm', name: 'norm', input: 'conv' },
    { kind: 'relu', name: 'relu', input: 'norm' },
    { kind: 'globalAveragePool', name: 'pool', input: 'relu' },
  ],
});

export interface Frailty {
  /** Rows that it has memory for. */
  readonly rows?: number;
  /** It is lost in the run after so many. */
  readonly runs?: number;
}

/** The CPU as a device that has memory for so many rows, and is lost after so many runs. */
export function frailDevice({ rows = Number.POSITIVE_INFINITY, runs = Number.POSITIVE_INFINITY }: Frailty): Runtime {
  let done = 0;
  const fits = (count: number) => {
    if (count > rows) throw new DeviceError('memory', 'The device ran out of memory.');
  };
  const held = <T>(use: () => Promise<T>): Promise<T> =>
    done > runs ? Promise.reject(new DeviceError('lost', 'The device stopped working.')) : use();
  const used = <T>(use: () => Promise<T>): Promise<T> => {
    done++;
    return held(use);
  };
  return {
    description: 'a frail device',
    compileStep: (network, state, request) =>
      held(async () => {
        fits(request.batch);
        const step = await cpu.compileStep(network, state, request);
        return {
          batch: step.batch,
          run: (inputs) => used(() => step.run(inputs)),
          state: () => held(() => step.state()),
          dispose: () => held(() => step.dispose()),
        };
      }),
    compileScorer: (...request) =>
      held(async () => {
        const scorer = await cpu.compileScorer(...request);
        return {
          run: (images, n) =>
            used(async () => {
              fits(n);
              return scorer.run(images, n);
            }),
          dispose: () => held(() => scorer.dispose()),
        };
      }),
    compileInputGradients: (...request) =>
      held(async () => {
        const gradients = await cpu.compileInputGradients(...request);
        return {
          directions: gradients.directions,
          run: (images, n, v) =>
            used(async () => {
              fits(n);
              return gradients.run(images, n, v);
            }),
          dispose: () => held(() => gradients.dispose()),
        };
      }),
  };
}
