import type { OpKind } from '../../../network/network';
import type { OnnxOp } from '../lowering';
import { add } from './add';
import { batchNorm } from './batchNorm';
import { concat } from './concat';
import { conv2d } from './conv2d';
import { dense } from './dense';
import { dropout } from './dropout';
import { globalAveragePool } from './globalAveragePool';
import { gridAveragePool } from './gridAveragePool';
import { hardSigmoid } from './hardSigmoid';
import { hardSwish } from './hardSwish';
import { l2Normalize } from './l2Normalize';
import { multiplyChannels } from './multiplyChannels';
import { relu } from './relu';
import { relu6 } from './relu6';
import { scale } from './scale';

/** Every op of a network as ONNX nodes. */
export const onnxOps: { readonly [K in OpKind]: OnnxOp<K> } = {
  conv2d,
  batchNorm,
  relu,
  relu6,
  hardSigmoid,
  hardSwish,
  add,
  multiplyChannels,
  scale,
  globalAveragePool,
  gridAveragePool,
  concat,
  dense,
  dropout,
  l2Normalize,
};
