import type { OpOf } from '../../../network/network';
import type { Gradients, OnnxOp } from '../lowering';

/** From this height on the weight gradient is summed over images by one matrix product an image. */
const PER_IMAGE_FROM = 24;

/** Convolution without bias, zero padding of (kernel − 1) / 2 on every side. */
export const conv2d: OnnxOp<'conv2d'> = {
  forward: (op, l) =>
    l.graph.node('Conv', [l.value(op.input), l.parameter(op, 'weight')], {
      kernel_shape: [op.kernel, op.kernel],
      strides: [op.stride, op.stride],
      pads: padding(op),
    }),

  gradient(op, dy, g) {
    g.parameterGradient(op, 'weight', weightGradient(op, dy, g));
    if (g.wanted(op.input)) g.accumulate(op.input, inputGradient(op, dy, g));
  },
};

const reach = (op: OpOf<'conv2d'>) => (op.kernel - 1) / 2;
const padding = (op: OpOf<'conv2d'>) => [reach(op), reach(op), reach(op), reach(op)];

/** dx. With stride 1 it is a convolution with the flipped, transposed kernel, which is faster than ConvTranspose. */
function inputGradient(op: OpOf<'conv2d'>, dy: string, g: Gradients): string {
  const { graph } = g;
  const weight = g.parameter(op, 'weight');
  const { kernel, stride } = op;
  const attributes = { kernel_shape: [kernel, kernel], strides: [stride, stride], pads: padding(op) };
  if (stride === 1) {
    const flipped = kernel === 1 ? weight : graph.slice(weight, [2, 3], [-1, -1], [-kernel - 1, -kernel - 1], [-1, -1]);
    return graph.node('Conv', [dy, graph.transpose(flipped, 1, 0, 2, 3)], attributes);
  }
  const [, height, width] = g.shape(op.input);
  const [, outHeight, outWidth] = g.shape(op.name);
  // what the strided forward pass left over at the lower and right border
  const rest = [height - ((outHeight - 1) * stride + 1), width - ((outWidth - 1) * stride + 1)];
  return graph.node('ConvTranspose', [dy, weight], { ...attributes, output_padding: rest });
}

/**
 * dW as matrix products. Tap (u, v) of the kernel is the product of dy with the input shifted by (u, v). Instead of
 * shifting the input kernel² times, the input is shifted along columns and dy along rows, which copies
 * kernel · (inputs + outputs) channels instead of kernel² · inputs; whichever is less is used. Strided convolutions
 * take every stride-th pixel of the shifted input.
 */
function weightGradient(op: OpOf<'conv2d'>, dy: string, g: Gradients): string {
  const { kernel, stride } = op;
  const [inputs] = g.shape(op.input);
  const splitShifts = stride === 1 && kernel > 1 && kernel * (inputs + op.outputs) < kernel * kernel * inputs;
  return splitShifts ? shiftBoth(op, dy, g) : shiftInput(op, dy, g);
}

/** All kernel² shifts on the input: one product gives [outputs × kernel·kernel·inputs]. */
function shiftInput(op: OpOf<'conv2d'>, dy: string, g: Gradients): string {
  const { graph } = g;
  const { kernel, stride, outputs } = op;
  const [inputs] = g.shape(op.input);
  const [, outHeight, outWidth] = g.shape(op.name);
  const p = reach(op);
  const taps: string[] = [];
  const padded = p > 0 ? graph.pad(g.value(op.input), [0, 0, p, p], [0, 0, p, p]) : g.value(op.input);
  for (let u = 0; u < kernel; u++)
    for (let v = 0; v < kernel; v++) {
      if (stride === 1) {
        // crop by negative padding: faster than Slice
        taps.push(
          kernel === 1
            ? padded
            : graph.pad(g.value(op.input), [0, 0, p - u, p - v], [0, 0, u - p, v - p]),
        );
        continue;
      }
      const end = (start: number, count: number) => start + (count - 1) * stride + 1;
      taps.push(graph.slice(padded, [2, 3], [u, v], [end(u, outHeight), end(v, outWidth)], [stride, stride]));
    }
  const columns = taps.length === 1 ? taps[0] : graph.node('Concat', taps, { axis: 1 });
  const product = batchProduct(dy, outputs, columns, kernel * kernel * inputs, outHeight * outWidth, outHeight, g);
  const byTap = graph.reshape(product, outputs, kernel, kernel, inputs);
  return kernel === 1
    ? graph.reshape(product, outputs, inputs, 1, 1)
    : graph.transpose(byTap, 0, 3, 1, 2);
}

/** Column shifts on the input, row shifts on dy: one product gives [kernel·outputs × kernel·inputs]. */
function shiftBoth(op: OpOf<'conv2d'>, dy: string, g: Gradients): string {
  const { graph } = g;
  const { kernel, outputs } = op;
  const [inputs, height, width] = g.shape(op.input);
  const p = reach(op);
  const rows: string[] = [];
  const columns: string[] = [];
  for (let u = 0; u < kernel; u++) rows.push(u === p ? dy : graph.pad(dy, [0, 0, u - p, 0], [0, 0, p - u, 0]));
  for (let v = 0; v < kernel; v++) {
    const x = g.value(op.input);
    columns.push(v === p ? x : graph.pad(x, [0, 0, 0, p - v], [0, 0, 0, v - p]));
  }
  const left = graph.node('Concat', rows, { axis: 1 });
  const right = graph.node('Concat', columns, { axis: 1 });
  const product = batchProduct(left, kernel * outputs, right, kernel * inputs, height * width, height, g);
  return graph.transpose(graph.reshape(product, kernel, outputs, kernel, inputs), 1, 3, 0, 2);
}

/** Σ over images of a · bᵀ, with a [batch × m × pixels] and b [batch × n × pixels]: [m × n]. */
function batchProduct(
  a: string,
  m: number,
  b: string,
  n: number,
  pixels: number,
  height: number,
  { graph, batch }: Gradients,
): string {
  const flatA = graph.reshape(a, batch, m, pixels);
  const flatB = graph.reshape(b, batch, n, pixels);
  if (height >= PER_IMAGE_FROM)
    return graph.reduceSum(graph.node('FusedMatMul', [flatA, flatB], { transB: 1 }), [0], false);
  const gather = (x: string, channels: number) => graph.reshape(graph.transpose(x, 1, 0, 2), channels, batch * pixels);
  return graph.node('FusedMatMul', [gather(flatA, m), gather(flatB, n)], { transB: 1 });
}
