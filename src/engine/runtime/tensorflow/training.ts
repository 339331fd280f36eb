import { parameterDefinitions, RUNNING_STATISTICS_KEPT } from '../../network/definitions';
import { type Network, outputOf } from '../../network/network';
import { guarded } from '../guarded';
import {
  GRADIENT_NORM_EPSILON,
  rateOf,
  type StepInputs,
  type StepOptions,
  type StepResult,
  type TrainingState,
  type TrainingStep,
} from '../runtime';
import { type Share, sharesOf } from '../shares';
import { forward, type Pass } from './forward';
import { activationInside, activationOutside } from './layout';
import type { Tensor, TensorFlow } from './library';
import { lossOf } from './losses';
import { holdParameters, readParameters } from './parameters';

/** A training step whose parameters and velocities stay on the device. */
export class TensorflowTrainingStep implements TrainingStep {
  readonly batch: number;
  private readonly parameters: Map<string, Tensor>;
  private readonly velocities: Map<string, Tensor>;
  private readonly trainable: readonly string[];

  constructor(
    private readonly tf: TensorFlow,
    private readonly network: Network,
    state: TrainingState,
    private readonly options: StepOptions,
  ) {
    this.batch = options.batch;
    const definitions = [...parameterDefinitions(network)];
    this.trainable = definitions.filter(([, { trainable }]) => trainable).map(([name]) => name);
    const { parameters, velocities } = state;
    this.parameters = holdParameters(tf, parameterDefinitions(network).keys(), parameters);
    const resting = this.trainable.map((name) => {
      const { shape, data } = parameters.get(name)!;
      return [name, { shape, data: new Float32Array(data.length) }] as const;
    });
    try {
      this.velocities = holdParameters(tf, this.trainable, new Map([...resting, ...velocities]));
    } catch (error) {
      tf.dispose([...this.parameters.values()]);
      throw error;
    }
  }

  run(inputs: StepInputs): Promise<StepResult> {
    const { tf } = this;
    return guarded(async () => {
      const results = tf.tidy(() => this.step(inputs));
      try {
        const [[loss], output] = await Promise.all([results.loss.data(), results.output.data()]);
        return { loss, output: output as Float32Array };
      } finally {
        tf.dispose([results.loss, results.output]);
      }
    });
  }

  state(): Promise<TrainingState> {
    return guarded(async () => ({
      parameters: await readParameters(this.tf, this.parameters),
      velocities: await readParameters(this.tf, this.velocities),
    }));
  }

  async dispose(): Promise<void> {
    this.tf.dispose([...this.parameters.values(), ...this.velocities.values()]);
    this.parameters.clear();
    this.velocities.clear();
  }

  /** Forward, backward and update; called within a tidy, out of which only what it returns and keeps may get. */
  private step({ images, targets, masks, learningRate }: StepInputs) {
    const { tf, network, batch, options } = this;
    const rows = (data: Float32Array) => tf.tensor(data, [batch, data.length / batch], 'float32');
    const x = activationInside(tf, images, [batch, ...network.input]);
    const y = targets ? rows(targets) : null;
    const maskTensors = new Map([...(masks ?? [])].map(([op, mask]) => [op, rows(mask)]));
    // the forward pass is tidied up by itself: what is wanted of it has to be kept, and let go of afterwards
    const kept: Tensor[] = [];
    const keep = (tensor: Tensor) => {
      const copy = tf.keep(tf.clone(tensor));
      kept.push(copy);
      return copy;
    };
    const measured = new Map<string, Tensor>();
    const measure = (name: string, statistic: Tensor) => {
      const before = measured.get(name);
      measured.set(name, keep(before ? tf.add(before, statistic) : statistic));
    };
    let output: Tensor | undefined;
    const lossOfWeights = (...weights: Tensor[]) => {
      const parameters = new Map([...this.parameters, ...this.trainable.map((name, i) => [name, weights[i]] as const)]);
      const outputs = sharesOf(batch, options.replicas ?? 1).map((share) => {
        const weight = (share.to - share.from) / batch;
        const pass: Pass = {
          tf,
          parameters,
          training: {
            masks: new Map([...maskTensors].map(([op, mask]) => [op, rowsOf(tf, mask, share)])),
            measured: (op, mean, variance) => {
              measure(`${op.name}.running_mean`, tf.mul(mean, weight));
              measure(`${op.name}.running_var`, tf.mul(variance, weight));
            },
          },
        };
        return forward(network, rowsOf(tf, x, share), pass).get(outputOf(network))!;
      });
      const last = outputs.length === 1 ? outputs[0]! : tf.concat(outputs);
      output = keep(last);
      return lossOf(tf, options.loss, last, y);
    };
    try {
      const weights = this.trainable.map((name) => this.parameters.get(name)!);
      const { value, grads } = tf.valueAndGrads(lossOfWeights)(weights);
      this.update(new Map(this.trainable.map((name, i) => [name, grads[i]])), learningRate);
      for (const [name, statistic] of measured) {
        const old = tf.mul(this.parameters.get(name)!, RUNNING_STATISTICS_KEPT);
        replace(tf, this.parameters, name, tf.add(old, tf.mul(statistic, 1 - RUNNING_STATISTICS_KEPT)));
      }
      return { loss: value, output: activationOutside(tf, output!) };
    } finally {
      tf.dispose(kept);
    }
  }

  private update(gradients: ReadonlyMap<string, Tensor>, learningRate: number): void {
    const { tf, parameters, velocities } = this;
    const { optimiser } = this.options;
    const { momentum, weightDecay, decayAll } = optimiser;
    const definitions = parameterDefinitions(this.network);
    for (const [name, gradient] of this.shortened(gradients)) {
      const weight = parameters.get(name)!;
      const decays = weightDecay > 0 && (decayAll || definitions.get(name)!.decays);
      const decayed = decays ? tf.add(gradient, tf.mul(weight, weightDecay)) : gradient;
      const velocity = tf.add(tf.mul(velocities.get(name)!, momentum), decayed);
      replace(tf, velocities, name, velocity);
      replace(tf, parameters, name, tf.sub(weight, tf.mul(velocity, learningRate * rateOf(optimiser, name))));
    }
  }

  /** Gradients that together are no longer than the largest norm. */
  private shortened(gradients: ReadonlyMap<string, Tensor>): ReadonlyMap<string, Tensor> {
    const { tf } = this;
    const largest = this.options.optimiser.gradientNorm;
    if (largest === undefined) return gradients;
    const squares = [...gradients.values()].map((gradient) => tf.sum(tf.square(gradient)));
    const norm = tf.sqrt(squares.reduce((sum, square) => tf.add(sum, square)));
    const factor = tf.minimum(tf.div(largest, tf.add(norm, GRADIENT_NORM_EPSILON)), 1);
    return new Map([...gradients].map(([name, gradient]) => [name, tf.mul(gradient, factor)]));
  }
}

/** Rows of a tensor that belong to a share; of all of them, itself. */
function rowsOf(tf: TensorFlow, tensor: Tensor, { from, to }: Share): Tensor {
  const [rows, ...rest] = tensor.shape;
  if (to - from === rows) return tensor;
  return tf.slice(tensor, [from, ...rest.map(() => 0)], [to - from, ...rest]);
}

/** Puts a tensor in another's place, beyond the tidy that it was made in. */
function replace(tf: TensorFlow, tensors: Map<string, Tensor>, name: string, next: Tensor): void {
  tensors.get(name)?.dispose();
  tensors.set(name, tf.keep(next));
}
