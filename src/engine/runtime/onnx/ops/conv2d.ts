import type { Op } from '../../../network/network';
import { paddingOf } from '../../../network/padding';
import type { Gradients, Lowering, OnnxOp } from '../lowering';
import { depthwise, isSpread } from './depthwise';

/** From this height on the weight gradient is summed over images by one matrix product an image. */
const PER_IMAGE_FROM = 24;

/** ONNX Runtime's fast convolution computes at least this many output channels, wanted or not. */
const BLOCKED_FROM = 8;

/** Convolution with zeros around. */
export const conv2d: OnnxOp<'conv2d'> = {
  forward(op, l) {
    if (isSpread(op, l)) return depthwise.forward(op, l);
    const bias = op.bias ? [l.parameter(op, 'bias')] : [];
    return l.graph.node('Conv', [l.value(op.input), l.parameter(op, 'weight'), ...bias], attributes(op, l));
  },

  gradient(op, dy, g) {
    if (op.bias) g.parameterGradient(op, 'bias', () => g.graph.reduceSum(dy, [0, 2, 3], false));
    if (isSpread(op, g)) return depthwise.gradient(op, dy, g);
    g.parameterGradient(op, 'weight', () => weightGradient(op, dy, g));
    if (g.wanted(op.input)) g.accumulate(op.input, inputGradient(op, dy, g));
  },
};

const reach = (op: Op<'conv2d'>) => (op.kernel - 1) / 2;

function attributes(op: Op<'conv2d'>, l: Lowering) {
  const { kernel, stride, groups = 1 } = op;
  const { top, left, bottom, right } = paddingOf(op, l.shape(op.input));
  const shared = { kernel_shape: [kernel, kernel], strides: [stride, stride], pads: [top, left, bottom, right] };
  return groups === 1 ? shared : { ...shared, group: groups };
}

/**
 * dx. With stride 1 it is a convolution with the flipped, transposed kernel, which is faster than ConvTranspose unless it
 * has hardly any outputs.
 */
function inputGradient(op: Op<'conv2d'>, dy: string, g: Gradients): string {
  const { graph } = g;
  const weight = g.parameter(op, 'weight');
  const { kernel, stride } = op;
  const [inputs, height, width] = g.shape(op.input);
  if (stride === 1 && inputs >= BLOCKED_FROM) {
    const flipped = kernel === 1 ? weight : graph.slice(weight, [2, 3], [-1, -1], [-kernel - 1, -kernel - 1], [-1, -1]);
    return graph.node('Conv', [dy, swapped(op, flipped, g)], attributes(op, g));
  }
  const [, outHeight, outWidth] = g.shape(op.name);
  const { top, left, bottom, right } = paddingOf(op, g.shape(op.input));
  // what the strided forward pass left over at the lower and right border
  const rest = [
    height - ((outHeight - 1) * stride + kernel - top - bottom),
    width - ((outWidth - 1) * stride + kernel - left - right),
  ];
  return graph.node('ConvTranspose', [dy, weight], { ...attributes(op, g), output_padding: rest });
}

/** Kernels with inputs and outputs of each group exchanged. */
function swapped(op: Op<'conv2d'>, weight: string, g: Gradients): string {
  const { graph } = g;
  const { kernel, outputs, groups = 1 } = op;
  if (groups === 1) return graph.transpose(weight, 1, 0, 2, 3);
  const [inputs] = g.shape(op.input);
  const byGroup = graph.reshape(weight, groups, outputs / groups, inputs / groups, kernel, kernel);
  return graph.reshape(graph.transpose(byGroup, 0, 2, 1, 3, 4), inputs, outputs / groups, kernel, kernel);
}

/**
 * dW as matrix products. Tap (u, v) of the kernel is the product of dy with the input shifted by (u, v). Instead of
 * shifting the input kernel² times, the input is shifted along columns and dy along rows, which copies
 * kernel · (inputs + outputs) channels instead of kernel² · inputs; whichever is less is used.
 */
function weightGradient(op: Op<'conv2d'>, dy: string, g: Gradients): string {
  const { kernel, stride, groups = 1, padding } = op;
  const [inputs] = g.shape(op.input);
  if (groups > 1) return productOfGroups(op, dy, g);
  if (stride === 2 && kernel === 3 && padding === undefined) return shiftPhases(op, dy, g);
  const splitShifts = stride === 1 && kernel > 1 && kernel * (inputs + op.outputs) < kernel * kernel * inputs;
  return splitShifts ? shiftBoth(op, dy, g) : shiftInput(op, dy, g);
}

/** The input under every tap of the kernel, row by row: kernel² maps of the output's size. */
function shifts(op: Op<'conv2d'>, g: Gradients): string[] {
  const { graph } = g;
  const { kernel, stride } = op;
  const [, outHeight, outWidth] = g.shape(op.name);
  const x = g.value(op.input);
  const { top, left, bottom, right } = paddingOf(op, g.shape(op.input));
  const end = (start: number, count: number) => start + (count - 1) * stride + 1;
  const padded = kernel > 1 && stride > 1 ? graph.pad(x, [0, 0, top, left], [0, 0, bottom, right]) : x;
  const tap = (u: number, v: number) => {
    // crop by negative padding: faster than Slice
    if (stride === 1) return kernel === 1 ? x : graph.pad(x, [0, 0, top - u, left - v], [0, 0, u - top, v - left]);
    return graph.slice(padded, [2, 3], [u, v], [end(u, outHeight), end(v, outWidth)], [stride, stride]);
  };
  const taps: string[] = [];
  for (let u = 0; u < kernel; u++) for (let v = 0; v < kernel; v++) taps.push(tap(u, v));
  return taps;
}

/** All kernel² shifts on the input, every stride-th pixel: one product gives [outputs × kernel·kernel·inputs]. */
function shiftInput(op: Op<'conv2d'>, dy: string, g: Gradients): string {
  const { graph } = g;
  const { kernel, outputs } = op;
  const [inputs] = g.shape(op.input);
  const [, outHeight, outWidth] = g.shape(op.name);
  const taps = shifts(op, g);
  const columns = taps.length === 1 ? taps[0] : graph.node('Concat', taps, { axis: 1 });
  const pixels = outHeight * outWidth;
  const product = multiply(
    operand(dy, outputs, pixels, outHeight, g),
    operand(columns, kernel * kernel * inputs, pixels, outHeight, g),
    outHeight,
    g,
  );
  if (kernel === 1) return graph.reshape(product, outputs, inputs, 1, 1);
  return graph.transpose(graph.reshape(product, outputs, kernel, kernel, inputs), 0, 3, 1, 2);
}

/** The same for every group by itself: a product of [outputs × pixels] and [kernel²·inputs × pixels] of each. */
function productOfGroups(op: Op<'conv2d'>, dy: string, g: Gradients): string {
  const { graph, batch } = g;
  const { kernel, outputs, groups = 1 } = op;
  const inputs = g.shape(op.input)[0] / groups;
  const [, height, width] = g.shape(op.name);
  const byGroup = (x: string, channels: number) => {
    const split = graph.reshape(x, batch, groups, channels, height * width);
    return graph.reshape(graph.transpose(split, 1, 2, 0, 3), groups, channels, batch * height * width);
  };
  const columns = graph.node(
    'Concat',
    shifts(op, g).map((tap) => byGroup(tap, inputs)),
    { axis: 1 },
  );
  const product = graph.timesTransposed(byGroup(dy, outputs / groups), columns, 3);
  const taps = graph.reshape(product, outputs, kernel, kernel, inputs);
  return graph.transpose(taps, 0, 3, 1, 2);
}

/**
 * 3×3 with stride 2: the input falls apart into four phases by even and odd rows and columns. Output row y meets the even
 * row y at tap 1, the odd row y at tap 2 and the odd row y − 1 at tap 0; columns alike. So two of three taps need no
 * shift, and the third is a shift of the odd rows or of dy (columns).
 */
function shiftPhases(op: Op<'conv2d'>, dy: string, g: Gradients): string {
  const { graph, batch } = g;
  const { outputs } = op;
  const [inputs, height, width] = g.shape(op.input);
  const [, h, w] = g.shape(op.name);
  const x = g.value(op.input);
  const even = height % 2 || width % 2 ? graph.pad(x, [0, 0, 0, 0], [0, 0, height % 2, width % 2]) : x;
  // channels: row phase, column phase, input
  const phases = graph.spaceToDepth(even, [inputs, 2 * h, 2 * w]);
  const oddRows = graph.slice(phases, [1], [2 * inputs], [4 * inputs], [1]);
  const here = operand(phases, 4 * inputs, h * w, h, g);
  const above = operand(graph.pad(oddRows, [0, 0, 1, 0], [0, 0, -1, 0]), 2 * inputs, h * w, h, g);
  const level = operand(dy, outputs, h * w, h, g);
  const rows = graph.reshape(dy, batch * outputs * h, w);
  const moved = graph.reshape(graph.pad(rows, [0, -1], [0, 1]), batch, outputs, h, w);
  const shifted = operand(moved, outputs, h * w, h, g);

  const product = (a: string, b: string, rowPhases: number) =>
    graph.reshape(multiply(a, b, h, g), outputs, rowPhases, 2, inputs);
  // [output, row tap 1 2 0, column phase, input]; the phases are column taps 1 and 2 of dy in place, and the odd one is
  // column tap 0 of dy shifted
  const rowTaps = (a: string) => graph.node('Concat', [product(a, here, 2), product(a, above, 1)], { axis: 1 });
  const taps = graph.node('Concat', [graph.slice(rowTaps(shifted), [2], [1], [2], [1]), rowTaps(level)], { axis: 2 });
  const first = graph.slice(taps, [1], [2], [3], [1]);
  const ordered = graph.node('Concat', [first, graph.slice(taps, [1], [0], [2], [1])], { axis: 1 });
  return graph.transpose(ordered, 0, 3, 1, 2);
}

/** Column shifts on the input, row shifts on dy: one product gives [kernel·outputs × kernel·inputs]. */
function shiftBoth(op: Op<'conv2d'>, dy: string, g: Gradients): string {
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
  const product = multiply(
    operand(left, kernel * outputs, height * width, height, g),
    operand(right, kernel * inputs, height * width, height, g),
    height,
    g,
  );
  return graph.transpose(graph.reshape(product, kernel, outputs, kernel, inputs), 1, 3, 0, 2);
}

/**
 * Lays an activation [batch × channels × pixels] out for `multiply`: as it is for large images, for small ones channel by
 * channel over all images, so that one large GEMM does it.
 */
function operand(x: string, channels: number, pixels: number, height: number, { graph, batch }: Gradients): string {
  const flat = graph.reshape(x, batch, channels, pixels);
  if (height >= PER_IMAGE_FROM) return flat;
  return graph.reshape(graph.transpose(flat, 1, 0, 2), channels, batch * pixels);
}

/** Σ over images and pixels of a · bᵀ for two operands: [channels of a × channels of b]. */
function multiply(a: string, b: string, height: number, { graph }: Gradients): string {
  if (height < PER_IMAGE_FROM) return graph.timesTransposed(a, b, 2);
  return graph.reduceSum(graph.timesTransposed(a, b, 3), [0], false);
}
