import type * as core from '@tensorflow/tfjs-core';

/** TensorFlow.js with a backend, as tfjs-core or a package on top of it gives it. Types only: nothing here loads it. */
export type TensorFlow = Pick<
  typeof core,
  | 'add'
  | 'clone'
  | 'concat'
  | 'conv2d'
  | 'depthwiseConv2d'
  | 'dispose'
  | 'div'
  | 'keep'
  | 'logSoftmax'
  | 'logSumExp'
  | 'matMul'
  | 'mean'
  | 'minimum'
  | 'mul'
  | 'neg'
  | 'pad'
  | 'relu'
  | 'relu6'
  | 'reshape'
  | 'rsqrt'
  | 'slice'
  | 'split'
  | 'sqrt'
  | 'square'
  | 'sub'
  | 'sum'
  | 'tensor'
  | 'tidy'
  | 'transpose'
  | 'valueAndGrad'
  | 'valueAndGrads'
>;

export type Tensor = core.Tensor;
export type Scalar = core.Scalar;
export type Tensor4D = core.Tensor4D;
export type Tensor2D = core.Tensor2D;
