import { guarded } from '../guarded';
import type { Runtime } from '../runtime';
import type { TensorFlow } from './library';
import { TensorflowInputGradients, TensorflowScorer } from './scoring';
import { TensorflowTrainingStep } from './training';

/**
 * Training and scoring with TensorFlow.js: the same networks and the same parameters as the onnx runtime, with gradients
 * by TensorFlow.js. `tf` has its backend chosen and ready.
 */
export function tensorflowRuntime(tf: TensorFlow, description: string): Runtime {
  return {
    description,
    compileStep: (network, state, options) =>
      guarded(async () => new TensorflowTrainingStep(tf, network, state, options)),
    compileScorer: (network, parameters, outputs) =>
      guarded(async () => new TensorflowScorer(tf, network, parameters, outputs)),
    compileInputGradients: (network, parameters, directions) =>
      guarded(async () => new TensorflowInputGradients(tf, network, parameters, directions)),
  };
}
