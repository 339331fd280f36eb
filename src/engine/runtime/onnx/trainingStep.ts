import type { Job } from '../../job';
import type { Network } from '../../network/network';
import { elements } from '../../numeric/shape';
import { guarded } from '../guarded';
import type { StepInputs, StepOptions, StepResult, TrainingState, TrainingStep } from '../runtime';
import { DeviceState, giveBack } from './deviceState';
import { float, reportShaders } from './execution';
import type { InferenceSession, Tensor } from './library';
import { names, stepGraph } from './lower';
import type { Provider } from './provider';
import { stateTensors, trainingState } from './stepState';

/** A training step on one provider; parameters and velocities stay on the device where that is possible. */
export class OnnxTrainingStep implements TrainingStep {
  private constructor(
    private readonly session: InferenceSession,
    private readonly held: DeviceState,
    private readonly network: Network,
    readonly batch: number,
  ) {}

  static async compile(
    provider: Provider,
    network: Network,
    state: TrainingState,
    options: StepOptions,
    job?: Job,
  ): Promise<OnnxTrainingStep> {
    const tensors = stateTensors(network, state);
    return guarded(async () => {
      const model = stepGraph(network, options, provider.dialect);
      const session = await provider.open(model, [...tensors.keys()].map(names.next));
      if (provider.compilesShaders) {
        reportShaders(job);
        try {
          await compileShaders(session, tensors);
        } catch (error) {
          await session.release().catch(() => {}); // what it holds would be missing for a smaller batch
          throw error;
        }
      }
      return new OnnxTrainingStep(session, new DeviceState(provider, tensors), network, options.batch);
    });
  }

  async run({ images, targets, masks, learningRate }: StepInputs): Promise<StepResult> {
    const feeds = this.held.feeds();
    feeds[names.images] = float(images, [this.batch, ...this.network.input]);
    feeds[names.learningRate] = float(Float32Array.of(learningRate), []);
    if (targets) feeds[names.targets] = float(targets, [this.batch, targets.length / this.batch]);
    for (const [op, mask] of masks ?? []) feeds[names.mask(op)] = float(mask, [this.batch, mask.length / this.batch]);
    const results = await guarded(() => this.session.run(feeds));
    this.held.advance(results);
    return {
      loss: (results[names.loss]!.data as Float32Array)[0],
      output: results[names.output]!.data as Float32Array,
    };
  }

  async state(): Promise<TrainingState> {
    return trainingState(this.network, await guarded(() => this.held.read()));
  }

  async dispose(): Promise<void> {
    await this.held.dispose();
    await this.session.release();
  }
}

/** One step on zeros whose results are thrown away, so that the state is left as it was. */
async function compileShaders(session: InferenceSession, state: ReadonlyMap<string, Tensor>): Promise<void> {
  const feeds = Object.fromEntries(state);
  for (const input of session.inputMetadata) {
    if (!input.isTensor || input.name in feeds) continue;
    const shape = input.shape as readonly number[]; // all shapes of a training step are fixed
    feeds[input.name] = float(new Float32Array(elements(shape)), shape);
  }
  for (const tensor of Object.values(await session.run(feeds))) giveBack(tensor as Tensor);
}
