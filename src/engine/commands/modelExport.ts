import type { Normalisation } from '../data/images';
import { usageError } from '../errors';
import { isNetwork } from '../learner/learner';
import { classifierOf, type FittedModel } from '../rounds/model';
import { scoringGraph } from '../runtime/onnx/lower';

/**
 * A trained model as ONNX. Input `images` [n × channels × height × width], pixels as (value / 255 − mean) / std; output
 * `head` [n × classes], logits. The classes, mean and std stand in the model's metadata as JSON.
 */
export function modelToOnnx(model: FittedModel, classes: readonly string[], { mean, std }: Normalisation): Uint8Array {
  const { encoder, head } = model;
  if (!isNetwork(encoder))
    throw usageError(
      `This model is a probe on ${encoder.name} features, which are no network and can't be written as ONNX; run pretrain, or train with --learner finetune, then export again.`,
    );
  const { network, parameters } = classifierOf({ encoder, head });
  const facts = { classes, mean, std };
  const metadata = Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, JSON.stringify(value)]));
  return scoringGraph(network, parameters, ['head'], { ...metadata, learner: model.learner });
}
