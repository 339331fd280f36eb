import type { Normalisation } from '../data/images';
import { usageError } from '../errors';
import { isNetwork } from '../learner/learner';
import { withClassifier } from '../network/architectures';
import type { Parameters } from '../network/network';
import type { FittedModel } from '../rounds/model';
import { scoringGraph } from '../runtime/onnx/lower';

/**
 * A trained model as ONNX. Input `images` [n × channels × height × width], pixels as (value / 255 − mean) / std; output
 * `head` [n × classes], logits. The classes, mean and std stand in the model's metadata as JSON.
 */
export function modelToOnnx(
  { encoder, head, learner }: FittedModel,
  classes: readonly string[],
  { mean, std }: Normalisation,
): Uint8Array {
  if (!isNetwork(encoder))
    throw usageError(
      `This model is a probe on ${encoder.name} features, which are no network and can't be written as ONNX; run pretrain, or train with --learner finetune, then export again.`,
    );
  const network = withClassifier(encoder.network, classes.length, 0);
  const { rows, columns, data } = head.weights;
  const parameters: Parameters = new Map(encoder.parameters);
  parameters.set('head.weight', { shape: [rows, columns], data });
  parameters.set('head.bias', { shape: [rows], data: head.bias });
  const facts = { classes, mean, std };
  const metadata = Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, JSON.stringify(value)]));
  return scoringGraph(network, parameters, ['head'], { ...metadata, learner });
}
