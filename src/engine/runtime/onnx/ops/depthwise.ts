import type { ActivationShape, Op } from '../../../network/network';
import { paddingOf } from '../../../network/padding';
import type { Lowering, OnnxOp } from '../lowering';

/** Up to so many pixels a map the product below is faster than ONNX Runtime's convolution, whose weights are no constants. */
const MOST_PIXELS = 196;

/** Whether a convolution of one channel a group is written as the products below: in training, on small maps. */
export function isSpread(op: Op<'conv2d'>, l: Lowering): boolean {
  const [channels, height, width] = l.shape(op.input);
  return l.training && op.groups === channels && op.outputs === channels && height * width <= MOST_PIXELS;
}

/**
 * A depthwise convolution as a matrix product for each channel: its kernel is spread into the matrix [pixels in × pixels out]
 * that convolves a map, and all images of the batch are rows of one product. Several times as many multiplications and half
 * the time of a convolution, whose kernels are too small for a matrix product each; its gradients are two products more.
 */
export const depthwise: OnnxOp<'conv2d'> = {
  forward(op, l) {
    const { graph, batch } = l;
    const [channels, ...size] = l.shape(op.input);
    const [, ...outSize] = l.shape(op.name);
    const [pixels, outPixels] = [size[0] * size[1], outSize[0] * outSize[1]];
    const spread = graph.constant(spreading(op, l.shape(op.input), outSize), [op.kernel ** 2, pixels * outPixels]);
    const weight = graph.reshape(l.parameter(op, 'weight'), channels, op.kernel ** 2);
    const matrices = graph.reshape(graph.node('MatMul', [weight, spread]), channels, pixels, outPixels);
    const rows = graph.transpose(graph.reshape(l.value(op.input), batch, channels, pixels), 1, 0, 2);
    l.keep(op, 'spread', spread);
    l.keep(op, 'matrices', matrices);
    l.keep(op, 'rows', rows);
    const product = graph.transpose(graph.node('MatMul', [rows, matrices]), 1, 0, 2);
    const map = graph.reshape(product, batch, channels, ...outSize);
    return op.bias ? graph.add(map, graph.reshape(l.parameter(op, 'bias'), channels, 1, 1)) : map;
  },

  gradient(op, dy, g) {
    const { graph, batch } = g;
    const [channels, height, width] = g.shape(op.input);
    const [, outHeight, outWidth] = g.shape(op.name);
    const [pixels, outPixels] = [height * width, outHeight * outWidth];
    const rows = graph.transpose(graph.reshape(dy, batch, channels, outPixels), 1, 0, 2);
    g.parameterGradient(op, 'weight', () => {
      const matrices = graph.transposedTimes(g.kept(op, 'rows'), rows);
      const flat = graph.reshape(matrices, channels, pixels * outPixels);
      const taps = graph.timesTransposed(flat, g.kept(op, 'spread'), 2);
      return graph.reshape(taps, channels, 1, op.kernel, op.kernel);
    });
    if (!g.wanted(op.input)) return;
    const product = graph.timesTransposed(rows, g.kept(op, 'matrices'), 3);
    g.accumulate(op.input, graph.reshape(graph.transpose(product, 1, 0, 2), batch, channels, height, width));
  },
};

/** [kernel² × pixels in · pixels out]: 1 where a tap takes an input pixel to an output pixel. */
function spreading(op: Op<'conv2d'>, input: ActivationShape, [outHeight, outWidth]: readonly number[]): Float32Array {
  const { kernel, stride } = op;
  const [, height, width] = input;
  const { top, left } = paddingOf(op, input);
  const outPixels = outHeight * outWidth;
  const out = new Float32Array(kernel * kernel * height * width * outPixels);
  for (let tap = 0; tap < kernel * kernel; tap++)
    for (let to = 0; to < outPixels; to++) {
      const y = Math.floor(to / outWidth) * stride + Math.floor(tap / kernel) - top;
      const x = (to % outWidth) * stride + (tap % kernel) - left;
      if (y >= 0 && y < height && x >= 0 && x < width) out[(tap * height * width + y * width + x) * outPixels + to] = 1;
    }
  return out;
}
