import type { Op } from '../../../src/engine/network/network';

/** A convolution. */
export const conv = (
  name: string,
  input: string,
  outputs: number,
  kernel: number,
  stride: number,
  more: Partial<Op<'conv2d'>> = {},
): Op => ({
  kind: 'conv2d',
  name,
  input,
  outputs,
  kernel,
  stride,
  ...more,
});
