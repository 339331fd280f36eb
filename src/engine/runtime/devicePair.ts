import { DeviceError } from '../errors';
import type { Job } from '../job';
import { activationShapes } from '../network/definitions';
import { type Network, outputOf, type Parameters } from '../network/network';
import { elements } from '../numeric/shape';
import { concatenated } from '../numeric/vectors';
import type { InputGradients, Runtime, Scorer } from './runtime';

/**
 * A device, and what takes its place where it fails. Scorers and input gradients go on by themselves: with fewer images at a
 * time where memory is short, which gives the same results, else on the spare device. A training step can't, because its state
 * is lost with the device: whoever trains asks `after` where to begin again.
 */
export class DevicePair {
  private isLost = false;

  /** `spare`: the device itself where there is no other. `why`: which device and why, in one line for people. */
  constructor(
    private readonly device: Runtime,
    readonly spare: Runtime = device,
    readonly why = device.description,
  ) {}

  /** What to use now; never again a device that was lost. */
  get current(): Runtime {
    return this.isLost ? this.spare : this.device;
  }

  /**
   * What to go on with after an error on `failed`, which a progress report tells in one sentence.
   * @throws the error where it is no failure of a device, or nothing else is left.
   */
  after(error: unknown, failed: Runtime, job: Job): Runtime {
    if (!(error instanceof DeviceError) || failed === this.spare) throw error;
    if (error.trouble === 'lost') this.isLost = true;
    const what = error.trouble === 'lost' ? 'The device stopped working' : 'The device ran out of memory';
    job.report({ stage: `${what}; going on with ${this.spare.description}`, done: 0, total: 1 });
    return this.spare;
  }

  /** `outputs` are op names. */
  async compileScorer(network: Network, parameters: Parameters, outputs: readonly string[], job: Job): Promise<Scorer> {
    const compile = (runtime: Runtime) => runtime.compileScorer(network, parameters, outputs, job);
    const compiled = await Spared.compile(this, compile, job);
    const size = elements(network.input);
    return {
      async run(images, n) {
        const parts = await compiled.inParts(n, (scorer, from, count) =>
          scorer.run(images.subarray(from * size, (from + count) * size), count),
        );
        return new Map(outputs.map((name) => [name, joined(parts.map((part) => part.get(name)!))]));
      },
      dispose: () => compiled.dispose(),
    };
  }

  async compileInputGradients(
    network: Network,
    parameters: Parameters,
    directions: number,
    job: Job,
  ): Promise<InputGradients> {
    const compile = (runtime: Runtime) => runtime.compileInputGradients(network, parameters, directions, job);
    const compiled = await Spared.compile(this, compile, job);
    const size = elements(network.input);
    const rows = directions * elements(activationShapes(network).get(outputOf(network))!);
    return {
      directions,
      async run(images, n, v) {
        const parts = await compiled.inParts(n, (gradients, from, count) => {
          const own = images.subarray(from * size, (from + count) * size);
          return gradients.run(own, count, v.subarray(from * rows, (from + count) * rows));
        });
        return joined(parts);
      },
      dispose: () => compiled.dispose(),
    };
  }
}

/** A compiled network that is made anew on the spare device when its own fails. */
class Spared<T extends { dispose(): Promise<void> }> {
  /** Images a call. */
  private most = Number.POSITIVE_INFINITY;

  private constructor(
    private readonly device: DevicePair,
    private readonly make: (runtime: Runtime) => Promise<T>,
    private readonly job: Job,
    private runtime: Runtime,
    private compiled: T,
  ) {}

  static async compile<T extends { dispose(): Promise<void> }>(
    device: DevicePair,
    make: (runtime: Runtime) => Promise<T>,
    job: Job,
  ): Promise<Spared<T>> {
    let runtime = device.current;
    try {
      return new Spared(device, make, job, runtime, await make(runtime));
    } catch (error) {
      runtime = device.after(error, runtime, job);
      return new Spared(device, make, job, runtime, await make(runtime));
    }
  }

  /** Runs n images, in parts where they are too many for the device; the results in order. */
  async inParts<R>(n: number, run: (compiled: T, from: number, count: number) => Promise<R>): Promise<R[]> {
    const results: R[] = [];
    for (let from = 0; from < n; ) {
      const count = Math.min(this.most, n - from);
      try {
        results.push(await run(this.compiled, from, count));
        from += count;
      } catch (error) {
        await this.recover(error, count);
      }
    }
    return results;
  }

  private async recover(error: unknown, count: number): Promise<void> {
    if (error instanceof DeviceError && error.trouble === 'memory' && count > 1) {
      this.most = Math.ceil(count / 2);
      const stage = `The device has no memory for ${count} images at a time; going on with ${this.most}`;
      this.job.report({ stage, done: 0, total: 1 });
      return;
    }
    const runtime = this.device.after(error, this.runtime, this.job);
    await this.dispose();
    this.compiled = await this.make(runtime);
    this.runtime = runtime;
  }

  async dispose(): Promise<void> {
    await this.compiled.dispose().catch((error: unknown) => {
      if (this.runtime === this.device.spare) throw error; // what a lost device held is gone anyway
    });
  }
}

/** The results of all parts in one array; that of a single part as it is. */
const joined = (parts: readonly Float32Array[]): Float32Array => (parts.length === 1 ? parts[0]! : concatenated(parts));
