import type { DifferentiableClassifier } from '../geometry/deepFool';
import { breathe, type Job } from '../job';
import { multiplications } from '../network/work';
import { elements } from '../numeric/shape';
import { defaultDevices } from '../runtime/device/choose';
import type { InputGradients, Scorer } from '../runtime/runtime';
import { classifierOf, type NetworkModel } from './model';

/** Multiplications a native call: it blocks, so it stays well below the second in which cancelling must answer. */
const CALL_WORK = 1e9;

/** A network's two graphs, and what they take. */
interface Compiled {
  readonly classCount: number;
  /** Values of an image. */
  readonly size: number;
  readonly scorer: Scorer;
  readonly differentiated: InputGradients;
  readonly scored: number;
}

/** A trained network whose logits are differentiated by the runtime, for many images and all classes in one call. */
export class ImageClassifier implements DifferentiableClassifier {
  readonly classCount: number;
  readonly size: number;
  private readonly scorer: Scorer;
  private readonly differentiated: InputGradients;
  /** Images a call of the scorer. */
  private readonly scored: number;

  private constructor(
    { classCount, size, scorer, differentiated, scored }: Compiled,
    private readonly job: Job,
  ) {
    this.classCount = classCount;
    this.size = size;
    this.scorer = scorer;
    this.differentiated = differentiated;
    this.scored = scored;
  }

  /** `callWork`: multiplications that one native call may take. */
  static async compile(model: NetworkModel, job: Job, callWork = CALL_WORK): Promise<ImageClassifier> {
    const { network, parameters } = classifierOf(model);
    const classCount = model.head.bias.length;
    const others = Math.max(1, classCount - 1);
    const scored = Math.max(1, Math.floor(callWork / multiplications(network)));
    // a gradient costs as much as a forward pass; with many classes or a large network, directions take several calls
    const calls = Math.ceil(others / scored);
    const device = await defaultDevices(model.encoder.network);
    const scorer = await device.compileScorer(network, parameters, ['head'], job);
    const differentiated = await device.compileInputGradients(network, parameters, Math.ceil(others / calls), job);
    const size = elements(network.input);
    return new ImageClassifier({ classCount, size, scorer, differentiated, scored }, job);
  }

  get batch(): number {
    return Math.max(1, Math.floor(this.scored / this.differentiated.directions));
  }

  async logits(inputs: Float64Array, n: number): Promise<Float32Array> {
    const { classCount, size, scored } = this;
    const out = new Float32Array(n * classCount);
    for (let from = 0; from < n; from += scored) {
      const count = Math.min(scored, n - from);
      const images = Float32Array.from(inputs.subarray(from * size, (from + count) * size));
      const results = await this.scorer.run(images, count);
      out.set(results.get('head')!, from * classCount);
      await breathe(this.job);
    }
    return out;
  }

  async gradients(inputs: Float64Array, n: number, labels: Int32Array): Promise<Float32Array> {
    const { classCount, size } = this;
    const { directions } = this.differentiated;
    const images = Float32Array.from(inputs.subarray(0, n * size));
    const others = classCount - 1;
    const out = new Float32Array(n * others * size);
    for (let from = 0; from < others; from += directions) {
      const count = Math.min(directions, others - from);
      const v = new Float32Array(n * directions * classCount); // rows beyond the last class stay 0
      for (let i = 0; i < n; i++)
        for (let d = 0; d < count; d++) {
          const other = from + d;
          const at = (i * directions + d) * classCount;
          v[at + (other < labels[i] ? other : other + 1)] = 1;
          v[at + labels[i]] = -1;
        }
      const gradients = await this.differentiated.run(images, n, v);
      for (let i = 0; i < n; i++) {
        const rows = gradients.subarray(i * directions * size, (i * directions + count) * size);
        out.set(rows, (i * others + from) * size);
      }
      await breathe(this.job);
    }
    return out;
  }

  async dispose(): Promise<void> {
    await this.scorer.dispose();
    await this.differentiated.dispose();
  }
}
