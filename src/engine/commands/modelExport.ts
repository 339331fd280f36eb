import { builtInEncoders, builtInNames } from '../../shared/encoders';
import type { DatasetFile, Decoding } from '../../shared/schema/dataset';
import type { Dataset } from '../data/dataset/type';
import { readProjection } from '../encoders/projectionFile';
import { isFrozen } from '../features/encoder';
import { FeatureGraph, type ModelInput } from '../features/featureGraph';
import { matrix } from '../numeric/matrix';
import { calibratedHead, type FittedModel } from '../rounds/model';
import { GraphBuilder } from '../runtime/onnx/graphBuilder';
import { heardParts } from './heardParts';

const OUTPUT = 'head';

/** A trained model as ONNX, and what its inputs take. */
export interface ExportedModel {
  readonly onnx: Uint8Array;
  /** By name. Where one takes rows, the model is not whole: an encoder from outside comes before it. */
  readonly inputs: ReadonlyMap<string, ModelInput>;
}

/**
 * A trained model as ONNX; docs/model.md says what its inputs take, and its metadata say it as JSON. Output `head`
 * [n × classes]: logits. What labels gave no say is left out. Networks are in the graph, but for an encoder from outside, whose rows are an input.
 */
export async function modelToOnnx(
  model: FittedModel,
  { file, normalisation }: Pick<Dataset, 'file' | 'normalisation'>,
): Promise<ExportedModel> {
  const whole = calibratedHead(model);
  const { encoder, ...heard } = await heardParts({ encoder: model.encoder, weights: whole.weights }, file.image);
  const head = { ...whole, ...heard };
  const graph = new GraphBuilder('model');
  const features = new FeatureGraph(graph, encoder, { shape: file.image, normalisation });
  const rows = isFrozen(encoder) ? await features.rawRows(encoder) : await features.rows();
  const { weights, bias } = isFrozen(encoder) ? await onRawRows(head, encoder.projection) : head;
  const parameters = [
    graph.constant(weights.data, [weights.rows, weights.columns], 'head.weight'),
    graph.constant(bias, [bias.length], 'head.bias'),
  ];
  graph.node('Gemm', [rows, ...parameters], { transB: 1 }, OUTPUT);
  graph.output(OUTPUT, ['n', weights.rows]);
  const { inputs } = features;
  return { onnx: graph.build(metadataOf(file, model.learner, inputs)), inputs };
}

/** How files become pixels where dataset.json says nothing else. */
const PLAIN: Required<Decoding> = { fit: 'cover', ground: 'black', levels: {} };

/** Facts as JSON under their names. `mean` and `std` stand beside `inputs` as they always did. */
function metadataOf(
  { classes, decoding }: Pick<DatasetFile, 'classes' | 'decoding'>,
  learner: string,
  inputs: ReadonlyMap<string, ModelInput>,
) {
  const pixels = [...inputs.values()].find(({ of }) => of === 'pixels');
  const encoders = [...inputs.values()].flatMap((input) => (input.of === 'images' ? input.encoders : []));
  const facts = {
    classes,
    ...(pixels?.of === 'pixels' ? { mean: pixels.mean, std: pixels.std } : {}),
    inputs: Object.fromEntries(inputs),
    decoding: { ...PLAIN, ...decoding },
    ...(encoders.length > 0 ? { encoders: builtInFacts(encoders) } : {}),
  };
  return {
    ...Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, JSON.stringify(value)])),
    learner,
  };
}

const builtInFacts = (encoders: readonly string[]) =>
  Object.fromEntries(
    builtInNames
      .filter((name) => encoders.includes(name))
      .map((name) => [name, { origin: builtInEncoders[name].origin, licence: builtInEncoders[name].licence }]),
  );

type Head = FittedModel['head'];

/** A head on projected rows as one on the rows before: W V x + (b − W V mean), which is a smaller file. */
async function onRawRows(head: Head, projection: { readonly path: string } | null): Promise<Head> {
  if (!projection) return head;
  const { mean, directions } = await readProjection(projection.path);
  const { rows, columns, data } = head.weights;
  const wide = directions.columns;
  const weights = new Float32Array(rows * wide);
  const bias = Float32Array.from(head.bias);
  const sums = new Float64Array(wide);
  for (let k = 0; k < rows; k++) {
    sums.fill(0);
    for (let i = 0; i < columns; i++) {
      const weight = data[k * columns + i];
      for (let j = 0; j < wide; j++) sums[j] += weight * directions.data[i * wide + j];
    }
    weights.set(sums, k * wide);
    bias[k] = sums.reduce((rest, weight, j) => rest - weight * mean[j], head.bias[k]);
  }
  return { weights: matrix(rows, wide, weights), bias };
}
