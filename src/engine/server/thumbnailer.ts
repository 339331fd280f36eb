import { Child } from '../process/child';
import { jobFailure } from './jobChild';
import type { JobOrder, Jobs, ThumbnailOrder } from './jobTypes';

/** So long (ms) after the last picture its process is kept: whoever looks at images goes on looking. */
const IDLE = 30_000;
const GRACE = 10_000;

type Process = Child<JobOrder, Jobs['thumbnails']['result']>;

/**
 * Has small pictures made in a process that stays for the next ones. It runs beside the queue of jobs: whoever looks at
 * images does not wait for a training.
 */
export class Thumbnailer {
  private process: Process | null = null;
  private idle: NodeJS.Timeout | undefined;
  private last: Promise<unknown> = Promise.resolve();

  /** `program` is the command line. */
  constructor(private readonly program: string) {}

  /** One order after the other. */
  make(files: readonly ThumbnailOrder[]): Promise<readonly boolean[]> {
    const made = this.last.then(() => this.ask(files));
    this.last = made.catch(() => {});
    return made;
  }

  private async ask(files: readonly ThumbnailOrder[]): Promise<readonly boolean[]> {
    clearTimeout(this.idle);
    const running = this.process ?? this.start();
    try {
      return (await running.ask({ method: 'thumbnails', params: { files } })).made;
    } catch (error) {
      throw jobFailure('thumbnails', error);
    } finally {
      this.idle = setTimeout(() => this.leave(running), IDLE);
      this.idle.unref();
    }
  }

  private start(): Process {
    const started: Process = new Child({
      command: 'engine-job',
      program: this.program,
      grace: GRACE,
      onLine: (line) => void process.stderr.write(`${line}\n`), // the log
    });
    this.process = started;
    void started.ended.then(() => this.forget(started));
    return started;
  }

  private leave(running: Process): void {
    this.forget(running);
    running.release();
  }

  private forget(ended: Process): void {
    if (this.process === ended) this.process = null;
  }
}
