import { DeviceError, UserError } from '../../../errors';
import { activationShapes, parameterDefinitions } from '../../../network/definitions';
import { type Network, outputOf } from '../../../network/network';
import { concatenated } from '../../../numeric/vectors';
import { guarded } from '../../guarded';
import type { StepInputs, StepOptions, StepResult, TrainingState, TrainingStep } from '../../runtime';
import { type Share, sharesOf } from '../../shares';
import { DeviceState } from '../deviceState';
import { float } from '../execution';
import type { InferenceSession, Tensor } from '../library';
import { lossGraph, names, OUTPUT, updateGraph } from '../lower';
import { cpuProvider } from '../provider';
import { stateTensors, trainingState } from '../stepState';
import { exchangeFor, parametersFor, type Replica, type ReplicaPlan } from './replica';
import { openInThread, ReplicaLost } from './replicaThread';
import { viewsOf } from './sharedTensors';

/** Opens a replica somewhere. */
export type ReplicaOpener = (plan: ReplicaPlan) => Promise<Replica>;

/** A replica, its share of the batch, and the memory through which it is talked to. */
interface Worker {
  readonly share: Share;
  readonly plan: ReplicaPlan;
  readonly exchange: ReadonlyMap<string, Float32Array>;
  replica: Replica;
}

/** What is compiled once. */
interface Compiled {
  readonly network: Network;
  readonly batch: number;
  readonly workers: readonly Worker[];
  /** The parameters as all replicas read them. */
  readonly parameters: ReadonlyMap<string, Float32Array>;
  readonly loss: InferenceSession;
  readonly update: InferenceSession;
  readonly held: DeviceState;
  readonly open: ReplicaOpener;
}

/**
 * A training step whose batch is shared out among replicas of the network, which work at the same time: each goes forward
 * over its share, the loss is that of the whole batch's output, each goes back, and their gradients are summed for one
 * update. Batch normalisation is over a share. Which bytes come out depends on the number of replicas, not on how many of
 * them find a core; with one they are those of a step that is not shared out.
 */
export class ReplicatedStep implements TrainingStep {
  readonly batch: number;
  /** Values in the whole batch's output. */
  private readonly outputShape: readonly number[];

  private constructor(private readonly compiled: Compiled) {
    const { batch, network } = compiled;
    this.batch = batch;
    this.outputShape = [batch, ...activationShapes(network).get(outputOf(network))!];
  }

  /** `threads`: all that the machine has for this step. */
  static async compile(
    threads: number,
    network: Network,
    state: TrainingState,
    options: StepOptions & { readonly replicas: number },
    open: ReplicaOpener = openInThread,
  ): Promise<ReplicatedStep> {
    const { batch, loss, optimiser, replicas } = options;
    const provider = cpuProvider(threads, { waits: true });
    const outputs = activationShapes(network).get(outputOf(network))!;
    const memory = parametersFor(network);
    const plans = sharesOf(batch, replicas).map((share) => {
      const rows = share.to - share.from;
      const exchange = exchangeFor(network, rows);
      return {
        share,
        exchange: viewsOf(exchange),
        plan: { network, rows, threads: Math.max(1, Math.floor(threads / replicas)), parameters: memory, exchange },
      };
    });
    const held = new DeviceState(provider, stateTensors(network, state));
    return guarded(async () => {
      const workers = await allOpen(plans, open);
      const step = new ReplicatedStep({
        network,
        batch,
        workers,
        parameters: viewsOf(memory),
        loss: await provider.open(lossGraph(loss, batch, outputs)),
        update: await provider.open(updateGraph(network, optimiser)),
        held,
        open,
      });
      step.publish();
      return step;
    });
  }

  /** A replica whose thread has ended is opened again, and the step repeated from the state before it, once. */
  async run(inputs: StepInputs): Promise<StepResult> {
    try {
      return await guarded(() => this.attempt(inputs));
    } catch (error) {
      if (!(error instanceof ReplicaLost)) throw error;
      await this.reopen();
    }
    try {
      return await guarded(() => this.attempt(inputs));
    } catch (error) {
      if (!(error instanceof ReplicaLost)) throw error;
      throw new UserError(
        'device',
        'A thread of the training ended twice without an answer, perhaps for want of memory; start again to go on from the last checkpoint, or with --restart --replicas 1.',
        { cause: error },
      );
    }
  }

  private async attempt({ images, targets, masks, learningRate }: StepInputs): Promise<StepResult> {
    const { workers, loss } = this.compiled;
    this.shareOut(names.images, images);
    for (const [op, mask] of masks ?? []) this.shareOut(names.mask(op), mask);
    await settled(workers, ({ replica }) => replica.forward());
    const output = this.gathered(names.output);
    const feeds = { [names.output]: float(output, this.outputShape) };
    const of = await loss.run(targets ? { ...feeds, [names.targets]: float(targets, this.outputShape) } : feeds);
    this.shareOut(names.gradient(OUTPUT), valuesOf(of[names.gradient(OUTPUT)]));
    await settled(workers, ({ replica }) => replica.backward());
    await this.advance(learningRate);
    return { loss: valuesOf(of[names.loss])[0], output };
  }

  /** Writes each replica's rows of what the whole batch has into its memory. */
  private shareOut(name: string, values: Float32Array): void {
    const width = values.length / this.batch;
    for (const { share, exchange } of this.compiled.workers)
      exchange.get(name)!.set(values.subarray(share.from * width, share.to * width));
  }

  private gathered(name: string): Float32Array {
    return concatenated(this.compiled.workers.map(({ exchange }) => exchange.get(name)!));
  }

  /** One update with the sum of all gradients; running statistics become the mean of the replicas', weighed by their rows. */
  private async advance(learningRate: number): Promise<void> {
    const { network, update, held } = this.compiled;
    const gradients: Record<string, Tensor> = {};
    const statistics: Record<string, Tensor> = {};
    for (const [name, { shape, trainable }] of parameterDefinitions(network))
      if (trainable) gradients[names.gradient(name)] = float(this.summed(names.gradient(name)), shape);
      else statistics[names.next(name)] = float(this.averaged(names.next(name)), shape);
    const state = held.feeds();
    const wanted = Object.fromEntries(
      update.inputNames.filter((name) => name in state).map((name) => [name, state[name]!]),
    );
    const results = await update.run({
      ...wanted,
      ...gradients,
      [names.learningRate]: float(Float32Array.of(learningRate), []),
    });
    held.advance({ ...results, ...statistics } as Record<string, Tensor>);
    this.publish();
  }

  private summed(name: string): Float32Array {
    const [first, ...others] = this.compiled.workers.map(({ exchange }) => exchange.get(name)!);
    const sum = new Float32Array(first!);
    for (const other of others) for (let i = 0; i < sum.length; i++) sum[i] += other[i];
    return sum;
  }

  private averaged(name: string): Float32Array {
    const { workers, batch } = this.compiled;
    if (workers.length === 1) return this.summed(name);
    const mean = new Float32Array(workers[0]!.exchange.get(name)!.length);
    for (const { share, exchange } of workers) {
      const values = exchange.get(name)!;
      const weight = (share.to - share.from) / batch;
      for (let i = 0; i < mean.length; i++) mean[i] += weight * values[i];
    }
    return mean;
  }

  /** Shows the replicas the parameters as they are now. */
  private publish(): void {
    const state = this.compiled.held.feeds();
    for (const [name, values] of this.compiled.parameters) values.set(valuesOf(state[name]));
  }

  private async reopen(): Promise<void> {
    const { workers, open } = this.compiled;
    for (const worker of workers) {
      await worker.replica.dispose();
      worker.replica = await open(worker.plan);
    }
  }

  async state(): Promise<TrainingState> {
    return trainingState(this.compiled.network, await guarded(() => this.compiled.held.read()));
  }

  async dispose(): Promise<void> {
    const { workers, loss, update, held } = this.compiled;
    await settled(workers, ({ replica }) => replica.dispose());
    await held.dispose();
    await loss.release();
    await update.release();
  }
}

const valuesOf = (tensor: unknown): Float32Array => (tensor as Tensor).data as Float32Array;

/** Every replica, or none where one can't be opened. */
async function allOpen(plans: readonly Omit<Worker, 'replica'>[], open: ReplicaOpener): Promise<Worker[]> {
  const opened: Worker[] = [];
  try {
    await settled(plans, async (plan) => opened.push({ ...plan, replica: await open(plan.plan) }));
  } catch (error) {
    await settled(opened, ({ replica }) => replica.dispose());
    if (!(error instanceof ReplicaLost)) throw error;
    throw new DeviceError('memory', 'There is no memory for so many replicas; use fewer of them.', { cause: error });
  }
  return opened.sort((a, b) => a.share.from - b.share.from);
}

/** All results, once all are there; then the first error, if there was one. */
async function settled<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results = await Promise.allSettled(items.map(work));
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}
