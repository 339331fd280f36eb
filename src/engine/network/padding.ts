import type { ActivationShape, Op } from './network';

/** Zeros around the input of a convolution, in pixels. */
export interface Padding {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

/** What a convolution puts around an input of this shape. With a stride the last of it may lie beyond every window. */
export function paddingOf({ kernel, stride, padding }: Op<'conv2d'>, [, height, width]: ActivationShape): Padding {
  const reach = (kernel - 1) / 2;
  if (padding !== 'tensorflow') return { top: reach, left: reach, bottom: reach, right: reach };
  const missing = (size: number) => Math.max(0, (Math.ceil(size / stride) - 1) * stride + kernel - size);
  const [down, across] = [missing(height), missing(width)];
  return { top: down >> 1, left: across >> 1, bottom: down - (down >> 1), right: across - (across >> 1) };
}
