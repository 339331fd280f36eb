import { activationShapes, parameterDefinitions } from '../../network/definitions';
import { type Network, outputOf, type Parameters } from '../../network/network';
import { elements } from '../../numeric/shape';
import { guarded } from '../guarded';
import type { InputGradients, Scorer } from '../runtime';
import { forward, type Pass } from './forward';
import { activationInside, activationOutside } from './layout';
import type { Scalar, Tensor, TensorFlow } from './library';
import { holdParameters } from './parameters';

/** A network with constant weights on the device. */
abstract class Scoring {
  protected readonly pass: Pass;
  private readonly parameters: ReadonlyMap<string, Tensor>;

  constructor(
    protected readonly tf: TensorFlow,
    protected readonly network: Network,
    parameters: Parameters,
  ) {
    this.parameters = holdParameters(tf, parameterDefinitions(network).keys(), parameters);
    this.pass = { tf, parameters: this.parameters, training: null };
  }

  async dispose(): Promise<void> {
    this.tf.dispose([...this.parameters.values()]);
  }
}

export class TensorflowScorer extends Scoring implements Scorer {
  constructor(
    tf: TensorFlow,
    network: Network,
    parameters: Parameters,
    private readonly outputs: readonly string[],
  ) {
    super(tf, network, parameters);
  }

  run(images: Float32Array, n: number): Promise<ReadonlyMap<string, Float32Array>> {
    return guarded(() => this.score(images, n));
  }

  private async score(images: Float32Array, n: number): Promise<ReadonlyMap<string, Float32Array>> {
    const { tf, network, pass, outputs } = this;
    const tensors = tf.tidy(() => {
      const values = forward(network, activationInside(tf, images, [n, ...network.input]), pass);
      return outputs.map((name) => activationOutside(tf, values.get(name)!));
    });
    try {
      const data = await Promise.all(tensors.map((tensor) => tensor.data()));
      return new Map(outputs.map((name, i) => [name, data[i] as Float32Array]));
    } finally {
      tf.dispose(tensors);
    }
  }
}

export class TensorflowInputGradients extends Scoring implements InputGradients {
  private readonly outputs: number;

  constructor(
    tf: TensorFlow,
    network: Network,
    parameters: Parameters,
    readonly directions: number,
  ) {
    super(tf, network, parameters);
    this.outputs = elements(activationShapes(network).get(outputOf(network))!);
  }

  /** One backward pass a direction: images do not depend on each other, so the sum's gradient is each image's own. */
  run(images: Float32Array, n: number, v: Float32Array): Promise<Float32Array> {
    return guarded(() => this.differentiate(images, n, v));
  }

  private async differentiate(images: Float32Array, n: number, v: Float32Array): Promise<Float32Array> {
    const { tf, network, pass, directions, outputs } = this;
    const size = images.length / n;
    const gradients = new Float32Array(n * directions * size);
    for (let d = 0; d < directions; d++) {
      const along = new Float32Array(n * outputs);
      for (let i = 0; i < n; i++) {
        const at = (i * directions + d) * outputs;
        along.set(v.subarray(at, at + outputs), i * outputs);
      }
      const tensor = tf.tidy(() => {
        const weights = tf.tensor(along, [n, outputs], 'float32');
        const product = (x: Tensor) => {
          const output = forward(network, x, pass).get(outputOf(network))!;
          return tf.sum<Scalar>(tf.mul(output, weights));
        };
        const { grad } = tf.valueAndGrad(product)(activationInside(tf, images, [n, ...network.input]));
        return activationOutside(tf, grad);
      });
      const data = await tensor.data();
      tensor.dispose();
      for (let i = 0; i < n; i++)
        gradients.set(data.slice(i * size, (i + 1) * size) as Float32Array, (i * directions + d) * size);
    }
    return gradients;
  }
}
