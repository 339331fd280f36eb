import type { OpKind } from '../../../network/network';
import type { OnnxOp } from '../lowering';
import { add } from './add';
import { batchNorm } from './batchNorm';
import { conv2d } from './conv2d';
import { dense } from './dense';
import { dropout } from './dropout';
import { globalAveragePool } from './globalAveragePool';
import { l2Normalize } from './l2Normalize';
import { relu } from './relu';

/** Every op of a network as ONNX nodes. */
export const onnxOps: { readonly [K in OpKind]: OnnxOp<K> } = {
  conv2d,
  batchNorm,
  relu,
  add,
  globalAveragePool,
  dense,
  dropout,
  l2Normalize,
};
