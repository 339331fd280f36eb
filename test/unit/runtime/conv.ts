import type { Op } from '../../../src/engine/network/network';

/** A convolution. */
export const conv = (name: string, input: string, outputs: number, kernel: number, stride: number): Op => ({
  kind: 'conv2d',
  name,
  input,
  outputs,
  kernel,
  stride,
});
