import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { fromWire, type WireFailure } from '../../../process/wire';
import type { Replica, ReplicaPlan } from './replica';

/** What a replica in a thread of its own is asked for. */
export type ReplicaOrder = 'forward' | 'backward' | 'dispose';

/** That it is ready, or has done what it was asked for; or what went wrong. */
export type ReplicaAnswer = { readonly done: true } | { readonly done: false; readonly failure: WireFailure };

/** A replica's thread ended without an answer. */
export class ReplicaLost extends Error {}

/** The bundle of the other side, beside the one that this code lies in. */
const PROGRAM = join(__dirname, 'replica.js');

/** Opens a replica in a thread of its own, because a session blocks the one that it runs on. */
export async function openInThread(plan: ReplicaPlan, program = PROGRAM): Promise<Replica> {
  const thread = new ReplicaThread(new Worker(program, { workerData: plan }));
  await thread.answer();
  return thread;
}

/** This side of a replica's thread. */
class ReplicaThread implements Replica {
  private settle: { resolve(): void; reject(error: Error): void } | null = null;
  private lost: ReplicaLost | null = null;

  constructor(private readonly worker: Worker) {
    worker.on('message', (answer: ReplicaAnswer) => {
      if (answer.done) this.settle?.resolve();
      else this.settle?.reject(fromWire(answer.failure));
    });
    worker.on('error', (error) => this.lose(error));
    worker.on('exit', () => this.lose());
  }

  forward = (): Promise<void> => this.ask('forward');
  backward = (): Promise<void> => this.ask('backward');

  async dispose(): Promise<void> {
    if (this.lost === null) await this.ask('dispose');
    await this.worker.terminate();
  }

  private ask(order: ReplicaOrder): Promise<void> {
    const answer = this.answer();
    this.worker.postMessage(order);
    return answer;
  }

  /** The answer that comes next. */
  answer(): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.lost) return reject(this.lost);
      this.settle = { resolve, reject };
    });
  }

  private lose(cause?: unknown): void {
    this.lost ??= new ReplicaLost('A thread of the training ended without an answer.', { cause });
    this.settle?.reject(this.lost);
  }
}
