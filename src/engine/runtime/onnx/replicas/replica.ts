import { activationShapes, parameterDefinitions } from '../../../network/definitions';
import { type Network, outputOf } from '../../../network/network';
import { elements } from '../../../numeric/shape';
import { guarded } from '../../guarded';
import { float } from '../execution';
import type { InferenceSession, Tensor } from '../library';
import { names, OUTPUT, shareParts } from '../lower';
import type { DataType } from '../protobuf';
import { cpuProvider } from '../provider';
import { type SharedTensors, sharedTensors, viewsOf } from './sharedTensors';

/** What a replica needs to know before its first step. */
export interface ReplicaPlan {
  readonly network: Network;
  /** Images of its share. */
  readonly rows: number;
  readonly threads: number;
  /** The parameters, which all replicas read. */
  readonly parameters: SharedTensors;
  /** Its images and dropout masks, and what it answers with: output, statistics, gradients. */
  readonly exchange: SharedTensors;
}

/** A replica wherever it runs. What it is given and gives goes through the shared memory of its plan. */
export interface Replica {
  /** From images, masks and parameters to output and next statistics. */
  forward(): Promise<void>;
  /** From the gradient with respect to the output to those of the parameters. */
  backward(): Promise<void>;
  dispose(): Promise<void>;
}

/** Memory for what goes to and from a replica. */
export function exchangeFor(network: Network, rows: number): SharedTensors {
  const shapes = activationShapes(network);
  const output = [rows, ...shapes.get(outputOf(network))!];
  const all = new Map<string, readonly number[]>([
    [names.images, [rows, ...network.input]],
    [names.output, output],
    [names.gradient(OUTPUT), output],
  ]);
  for (const { kind, name } of network.ops)
    if (kind === 'dropout') all.set(names.mask(name), [rows, ...shapes.get(name)!]);
  for (const [name, { shape, trainable }] of parameterDefinitions(network))
    all.set(trainable ? names.gradient(name) : names.next(name), shape);
  return sharedTensors(all);
}

/** Memory for the parameters. */
export const parametersFor = (network: Network): SharedTensors =>
  sharedTensors(new Map([...parameterDefinitions(network)].map(([name, { shape }]) => [name, shape])));

/** A replica in this thread. */
export async function openReplica(plan: ReplicaPlan): Promise<Replica> {
  const { network, rows, threads } = plan;
  const provider = cpuProvider(threads);
  const parts = shareParts(network, rows);
  const forward = await provider.open(parts.forward);
  const memory = new ReplicaMemory(plan);
  const tried = await forward.run(memory.feeds(forward));
  const carried = parts.carried.map((name) => ({ name, ...infoOf(tried[name]!) }));
  const backward = await provider.open(parts.backward(carried));
  memory.keep(tried);
  const run = async (part: InferenceSession, news: readonly string[]) => {
    memory.take(news);
    await part.run(memory.feeds(part), memory.results(part));
    memory.give(part.outputNames);
  };
  const seen = new Set([...forward.inputNames, ...parts.carried]);
  const unseen = backward.inputNames.filter((name) => !seen.has(name));
  return {
    forward: () => guarded(() => run(forward, forward.inputNames)),
    backward: () => guarded(() => run(backward, unseen)),
    async dispose() {
      await forward.release();
      await backward.release();
    },
  };
}

const infoOf = ({ type, dims }: Tensor) => ({ type: type as DataType, shape: dims });

/** A replica's own tensors, which are the same ones in every step. */
class ReplicaMemory {
  private readonly shared: ReadonlyMap<string, Float32Array>;
  private readonly own = new Map<string, Tensor>();

  constructor({ parameters, exchange }: ReplicaPlan) {
    this.shared = new Map([...viewsOf(parameters), ...viewsOf(exchange)]);
    for (const [name, shape] of [...parameters.shapes, ...exchange.shapes])
      this.own.set(name, float(new Float32Array(elements(shape)), shape));
  }

  /** Holds tensors that only this replica knows. */
  keep(tensors: InferenceSession.OnnxValueMapType): void {
    for (const [name, tensor] of Object.entries(tensors)) if (!this.own.has(name)) this.own.set(name, tensor as Tensor);
  }

  /** Copies what others have written. */
  take(tensors: readonly string[]): void {
    for (const name of tensors) this.values(name).set(this.shared.get(name)!);
  }

  /** Shows others what has become of these, as far as it is theirs. */
  give(tensors: readonly string[]): void {
    for (const name of tensors) this.shared.get(name)?.set(this.values(name));
  }

  feeds = ({ inputNames }: InferenceSession): Record<string, Tensor> => this.named(inputNames);
  results = ({ outputNames }: InferenceSession): Record<string, Tensor> => this.named(outputNames);

  private named(tensors: readonly string[]): Record<string, Tensor> {
    return Object.fromEntries(tensors.map((name) => [name, this.own.get(name)!]));
  }

  private values(name: string): Float32Array {
    return this.own.get(name)!.data as Float32Array;
  }
}
