import type { BuiltInName } from '../../../shared/encoders';
import { INPUT } from '../../network/network';
import type { GraphModel, Weight } from '../graphModel/read';
import { type Tail, TailBuilder, weightOf } from './tail';

/** What of each built-in network goes on learning; the blocks are those of the measurement in docs/results.md. */
export const tails: Readonly<Record<BuiltInName, Tail>> = { faces: mobileNetTail(), general: mobileNetV3Tail() };

/** MobileNet v1: blocks 10 to 12, normalisation folded into weights and biases: there are no batch statistics. */
function mobileNetTail(): Tail {
  const builder = new TailBuilder(INPUT);
  let channels = 512;
  for (const { block, outputs, stride } of [
    { block: 10, outputs: 512, stride: 1 },
    { block: 11, outputs: 512, stride: 1 },
    { block: 12, outputs: 1024, stride: 2 },
  ]) {
    const name = `block${block}`;
    builder.convolution(
      { name: `${name}.depthwise`, outputs: channels, kernel: 3, stride, groups: channels },
      (model) => ({
        kernels: scaled(
          weightOf(model, `conv_dw_${block}/depthwise_kernel`),
          weightOf(model, `conv_dw_${block}_bn/batchnorm_1/mul`).data,
        ),
        bias: weightOf(model, `conv_dw_${block}_bn/batchnorm_1/sub`).data,
      }),
    );
    builder.push({ kind: 'relu6', name: `${name}.depthwise.relu`, input: builder.last });
    builder.convolution({ name: `${name}.pointwise`, outputs, kernel: 1, stride: 1 }, (model) => ({
      kernels: weightOf(model, `conv_pw_${block}/convolution/merged_input`),
      bias: weightOf(model, `conv_pw_${block}_bn/batchnorm_1/sub`).data,
    }));
    builder.push({ kind: 'relu6', name, input: builder.last });
    channels = outputs;
  }
  builder.rows([
    { op: 'block11', grid: 3 },
    { op: 'block12', grid: 1 },
  ]);
  return builder.tail('conv_pw_9_relu/clip_by_value', { most: 6 }, [512, 10, 10]);
}

/** Kernels times a factor: of depthwise ones [h × w × channels × 1] one a channel, or one for all. */
function scaled({ shape, data }: Weight, factors: ArrayLike<number>): Weight {
  return { shape, data: data.map((value, i) => value * factors[i % factors.length]) };
}

/** MobileNet v3: blocks 10 to 14, inverted residuals with squeeze-and-excite (Howard et al. 2019). */
function mobileNetV3Tail(): Tail {
  const builder = new TailBuilder(INPUT);
  for (const block of [
    { block: 10, expanded: 384, squeezed: 96, outputs: 88, kernel: 3, stride: 1, residual: false },
    { block: 11, expanded: 528, squeezed: 136, outputs: 88, kernel: 3, stride: 1, residual: true },
    { block: 12, expanded: 528, squeezed: 136, outputs: 120, kernel: 5, stride: 2, residual: false },
    { block: 13, expanded: 720, squeezed: 184, outputs: 120, kernel: 5, stride: 1, residual: true },
    { block: 14, expanded: 720, squeezed: 184, outputs: 120, kernel: 5, stride: 1, residual: true },
  ])
    invertedResidual(builder, block);
  builder.rows([
    { op: 'block10.excited', grid: 1 },
    { op: 'block11.excited', grid: 1 },
    { op: 'block14.excited', grid: 1 },
    { op: 'block14', grid: 1 },
  ]);
  return builder.tail('tower_0/MobilenetV3/expanded_conv_9/add', 'half', [64, 10, 10]);
}

interface InvertedResidual {
  readonly block: number;
  readonly expanded: number;
  readonly squeezed: number;
  readonly outputs: number;
  readonly kernel: number;
  readonly stride: number;
  readonly residual: boolean;
}

function invertedResidual(builder: TailBuilder, settings: InvertedResidual): void {
  const { block, expanded, squeezed, outputs, kernel, stride, residual } = settings;
  const name = `block${block}`;
  const layer = `tower_0/MobilenetV3/expanded_conv_${block}`;
  // its sixths are rounded to 16 bits; what ours are larger by goes into the weights behind
  const sixths = (model: GraphModel, of: readonly string[]) =>
    of.reduce((product, each) => product * 6 * weightOf(model, `${layer}/${each}/y`).data[0], 1);
  const normalised = (of: string, weights: string, behind: readonly string[]) => (model: GraphModel) => ({
    kernels: scaled(weightOf(model, `${layer}/${of}_${weights}`), [sixths(model, behind)]),
    bias: weightOf(model, `${layer}/${of}_bn_offset`).data,
  });
  const biased = (of: string, behind: readonly string[]) => (model: GraphModel) => ({
    kernels: scaled(weightOf(model, `MobilenetV3/expanded_conv_${block}/squeeze_excite/${of}/weights`), [
      sixths(model, behind),
    ]),
    bias: weightOf(model, `MobilenetV3/expanded_conv_${block}/squeeze_excite/${of}/biases`).data,
  });
  const [expandSwish, swish, sigmoid] = [
    'expand/hard_swish/mul_1',
    'depthwise/hard_swish/mul_1',
    'squeeze_excite/Conv_1/mul',
  ];
  const before = builder.last;
  const wide = { name: `${name}.expand`, outputs: expanded, kernel: 1, stride: 1 };
  builder.convolution(wide, normalised('expand/Conv2D', 'weights', []));
  builder.push({ kind: 'hardSwish', name: `${name}.expand.swish`, input: builder.last });
  const depthwise = { name: `${name}.depthwise`, outputs: expanded, kernel, stride, groups: expanded };
  builder.convolution(depthwise, normalised('depthwise/depthwise', 'weights', [expandSwish]));
  const map = builder.push({ kind: 'hardSwish', name: `${name}.depthwise.swish`, input: builder.last });
  builder.push({ kind: 'globalAveragePool', name: `${name}.squeeze`, input: map });
  builder.dense(`${name}.squeeze.first`, squeezed, biased('Conv', [swish]));
  builder.push({ kind: 'relu', name: `${name}.squeeze.relu`, input: builder.last });
  builder.dense(`${name}.squeeze.second`, expanded, biased('Conv_1', []));
  const by = builder.push({ kind: 'hardSigmoid', name: `${name}.excite`, input: builder.last });
  builder.push({ kind: 'multiplyChannels', name: `${name}.excited`, input: map, by });
  const narrow = { name: residual ? `${name}.project` : name, outputs, kernel: 1, stride: 1 };
  builder.convolution(narrow, normalised('project/Conv2D', 'weights', [swish, sigmoid]));
  if (residual) builder.push({ kind: 'add', name, input: builder.last, other: before });
}
