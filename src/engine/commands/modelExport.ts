import type { ImageShape } from '../../shared/schema/dataset';
import type { Normalisation } from '../data/images';
import { inputError } from '../errors';
import { isCombined, isNetwork } from '../features/encoder';
import { hogGraph } from '../features/hogGraph';
import { classifierOf, type FittedModel } from '../rounds/model';
import { GraphBuilder } from '../runtime/onnx/graphBuilder';
import { names, scoreIn, scoringGraph } from '../runtime/onnx/lower';

const OUTPUT = 'head';

/**
 * A trained model as ONNX. Input `images` [n × channels × height × width], pixels as (value / 255 − mean) / std; output
 * `head` [n × classes], logits. The classes, mean and std stand in the model's metadata as JSON.
 */
export function modelToOnnx(
  model: FittedModel,
  classes: readonly string[],
  normalisation: Normalisation,
  shape: ImageShape,
): Uint8Array {
  const { encoder, head } = model;
  const facts = { classes, mean: normalisation.mean, std: normalisation.std };
  const metadata = {
    ...Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, JSON.stringify(value)])),
    learner: model.learner,
  };
  if (isNetwork(encoder)) {
    const { network, parameters } = classifierOf({ encoder, head });
    return scoringGraph(network, parameters, [OUTPUT], metadata);
  }
  // a probe on HOG, alone or beside a network
  const graph = new GraphBuilder('probe');
  let features: string;
  if (isCombined(encoder)) {
    const [network] = encoder.parts;
    if (!isNetwork(network)) throw inputError('not yet');
    const ofNetwork = scoreIn(graph, network);
    const parts = [ofNetwork, hogGraph(graph, bytesOf(graph, normalisation), shape)];
    features = graph.node(
      'Concat',
      parts.map((part) => unitRow(graph, part)),
      { axis: 1 },
    );
  } else {
    graph.input(names.images, ['n', shape.channels, shape.height, shape.width]);
    features = hogGraph(graph, bytesOf(graph, normalisation), shape);
  }
  const { weights, bias } = head;
  const parameters = [
    graph.constant(weights.data, [weights.rows, weights.columns], 'head.weight'),
    graph.constant(bias, [bias.length], 'head.bias'),
  ];
  graph.node('Gemm', [features, ...parameters], { transB: 1 }, OUTPUT);
  graph.output(OUTPUT, ['n', weights.rows]);
  return graph.build(metadata);
}

/** The bytes that the normalised images were made of, as whole numbers. */
function bytesOf(graph: GraphBuilder, { mean, std }: Normalisation): string {
  const of = (values: readonly number[]): string =>
    graph.constant(
      Float32Array.from(values, (value) => 255 * value),
      [1, values.length, 1, 1],
    );
  return graph.node('Round', [graph.add(graph.mul(names.images, of(std)), of(mean))]);
}

/** Each row scaled to length 1; a row of zeros stays as it is. */
function unitRow(graph: GraphBuilder, rows: string): string {
  const length = graph.node('Sqrt', [graph.reduceSum(graph.mul(rows, rows), [1], true)]);
  return graph.div(rows, graph.node('Max', [length, graph.scalar(1e-30)]));
}
