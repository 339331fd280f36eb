import { BATCH_NORM_EPSILON, RUNNING_STATISTICS_KEPT } from '../../../network/definitions';
import { real } from '../graphBuilder';
import type { OnnxOp } from '../lowering';

/** Batch normalisation (Ioffe & Szegedy 2015) over images and pixels, for each channel. */
export const batchNorm: OnnxOp<'batchNorm'> = {
  forward(op, l) {
    const { graph } = l;
    const x = l.value(op.input);
    const [scale, bias, mean, variance] = ['weight', 'bias', 'running_mean', 'running_var'].map((s) =>
      l.parameter(op, s),
    );
    const normalise = (m: string, v: string) =>
      graph.node('BatchNormalization', [x, scale, bias, m, v], { epsilon: real(BATCH_NORM_EPSILON) });
    if (!l.training) return normalise(mean, variance);

    // ONNX Runtime's own training mode is not used: it runs on one thread, writes over its running-statistics inputs, and
    // is missing on WebGPU.
    const average = (t: string) => graph.node('ReduceMean', [t], { axes: [0, 2, 3], keepdims: 0 });
    const batchMean = average(x);
    const meanOfSquares = average(graph.mul(x, x));
    const spread = graph.sub(meanOfSquares, graph.mul(batchMean, batchMean));
    const batchVariance = graph.node('Relu', [spread]); // rounding may leave a constant channel slightly below 0
    l.keep(op, 'mean', batchMean);
    l.keep(op, 'variance', batchVariance);
    const blend = (running: string, batch: string) =>
      graph.add(
        graph.mul(running, graph.scalar(RUNNING_STATISTICS_KEPT)),
        graph.mul(batch, graph.scalar(1 - RUNNING_STATISTICS_KEPT)),
      );
    l.updateStatistic(op, 'running_mean', blend(mean, batchMean));
    l.updateStatistic(op, 'running_var', blend(variance, batchVariance));
    return normalise(batchMean, batchVariance);
  },

  // With M values a channel and r = 1 / √(variance + ε):
  // dbias = Σ dy, dweight = r (Σ dy·x − mean Σ dy), dx = a·dy + (b·x + c) where a = weight·r, b = −a·r·dweight / M,
  // c = −a·dbias / M − b·mean. The second term is itself a batch normalisation in inference mode, one fused pass.
  gradient(op, dy, g) {
    const { graph } = g;
    const [channels, height, width] = g.shape(op.input);
    const inverseDeviation = (variance: string) =>
      graph.node('Reciprocal', [graph.node('Sqrt', [graph.add(variance, graph.scalar(BATCH_NORM_EPSILON))])]);
    if (!g.training) {
      // with running statistics it is a linear map of every value by itself
      const factor = graph.mul(g.parameter(op, 'weight'), inverseDeviation(g.parameter(op, 'running_var')));
      g.accumulate(op.input, graph.mul(dy, graph.reshape(factor, channels, 1, 1)));
      return;
    }
    const x = g.value(op.input);
    const mean = g.kept(op, 'mean');
    const inverseM = graph.scalar(1 / (g.batch * height * width));
    const r = inverseDeviation(g.kept(op, 'variance'));

    const dBias = graph.reduceSum(dy, [0, 2, 3], false);
    const dyX = graph.reduceSum(graph.mul(dy, x), [0, 2, 3], false);
    const dWeight = graph.mul(r, graph.sub(dyX, graph.mul(mean, dBias)));
    g.parameterGradient(op, 'bias', () => dBias);
    g.parameterGradient(op, 'weight', () => dWeight);
    if (!g.wanted(op.input)) return;

    const a = graph.mul(g.parameter(op, 'weight'), r);
    const negativeA = graph.mul(graph.node('Neg', [a]), inverseM);
    const b = graph.mul(graph.mul(negativeA, r), dWeight);
    const c = graph.sub(graph.mul(negativeA, dBias), graph.mul(b, mean));
    const zeros = graph.constant(new Float32Array(channels), [channels]);
    const ones = graph.constant(new Float32Array(channels).fill(1), [channels]);
    const linear = graph.node('BatchNormalization', [x, b, c, zeros, ones], { epsilon: real(0) });
    g.accumulate(op.input, graph.add(graph.mul(dy, graph.reshape(a, channels, 1, 1)), linear));
  },
};
