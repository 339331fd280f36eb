import {
  CancellationError,
  CancellationTokenSource,
  type Disposable,
  EventEmitter,
  type LogOutputChannel,
  l10n,
  ProgressLocation,
  window,
} from 'vscode';
import type { EngineJobs, JobProgress } from '../../shared/protocol/engine';
import type { DatasetRef } from '../../shared/workspace/paths';
import { setJobRunning } from '../contextKeys';
import type { EngineClient } from '../engine/engineClient';
import { isCancelled, Refusal } from '../errors';
import { plainMessage } from '../text';
import { progressText } from './progressText';

/** Long work: what it is called, what it is about, and how far it is. */
export interface RunningTask {
  readonly title: string;
  /** Nobody waits for it. */
  readonly ahead: boolean;
  /** Null while the dataset is being made. */
  readonly ref: DatasetRef | null;
  /** The engine's job that runs for it now. */
  readonly job: keyof EngineJobs | null;
  readonly progress: JobProgress | null;
  stop(): void;
}

/** One engine job of a task; they share the notification and its Cancel button. */
export type RunJob = <M extends keyof EngineJobs>(
  method: M,
  params: EngineJobs[M]['params'],
) => Promise<EngineJobs[M]['result']>;

/** Runs long work with a notification that shows progress and can cancel, and knows what runs. */
export class JobRunner implements Disposable {
  private readonly changed = new EventEmitter<void>();
  /** Fires whenever a task begins, moves on or ends. */
  readonly onDidChange = this.changed.event;
  private readonly running = new Set<Task>();

  constructor(
    private readonly engine: EngineClient,
    private readonly log: LogOutputChannel,
  ) {}

  /** What runs or waits, oldest first; what nobody waits for comes last. */
  get tasks(): readonly RunningTask[] {
    return [...this.running].sort((a, b) => Number(a.ahead) - Number(b.ahead));
  }

  /** The task that runs a job on this dataset, if any. */
  taskOn(ref: DatasetRef, job: keyof EngineJobs): RunningTask | undefined {
    return this.tasks.find((task) => task.job === job && task.ref?.directory === ref.directory);
  }

  /**
   * Runs `work` under a notification. Undefined when it was cancelled; other errors pass through. The same work
   * twice at a time is refused. A task that comes
   * while another runs waits in the engine, which computes one thing at a time.
   */
  async run<T>(title: string, ref: DatasetRef | null, work: (run: RunJob) => Promise<T>): Promise<T | undefined> {
    const options = { location: ProgressLocation.Notification, title: plainMessage(title), cancellable: true };
    if (this.tasks.some((task) => task.title === title && task.ref?.directory === ref?.directory))
      throw new Refusal(l10n.t('{0}: that is running already.', title));
    const waits = this.tasks.some(({ ahead }) => !ahead);
    return window.withProgress(options, async (notification, token) => {
      const task = new Task(title, ref, false);
      const listener = token.onCancellationRequested(() => task.stop());
      if (waits) notification.report({ message: l10n.t('waiting for the work that is running') });
      try {
        return await this.runTask(task, work, (progress) =>
          // the percentage stands in the text: VS Code's bar can't go back when the next stage begins
          notification.report({ message: progressText(progress, title) }),
        );
      } finally {
        listener.dispose();
      }
    });
  }

  /**
   * Runs a job that nobody waits for: the status bar alone shows it, and the engine lets all other work go first. The same
   * on the same dataset is stopped, and what only looks ahead: not a learning of half an hour. Undefined when it was cancelled.
   */
  async runAhead<M extends keyof EngineJobs>(
    title: string,
    ref: DatasetRef,
    method: M,
    params: EngineJobs[M]['params'],
  ): Promise<EngineJobs[M]['result'] | undefined> {
    for (const task of this.running)
      if (task.ahead && task.ref?.directory === ref.directory && (task.job === method || task.job === 'embed'))
        task.stop();
    return this.runTask(
      new Task(title, ref, true),
      (run) => run(method, params),
      () => {},
    );
  }

  private async runTask<T>(
    task: Task,
    work: (run: RunJob) => Promise<T>,
    show: (progress: JobProgress) => void,
  ): Promise<T | undefined> {
    const { title } = task;
    this.running.add(task);
    this.tell();
    const start = Date.now();
    this.log.info(`${title}: started`);
    try {
      const value = await work(async (method, params) => {
        if (task.cancellation.token.isCancellationRequested) throw new CancellationError();
        task.job = method;
        task.progress = null;
        this.tell();
        return this.engine.run(method, params, {
          token: task.cancellation.token,
          report: (progress) => {
            // a stage may be the only word on why the work goes on otherwise than it began
            if (progress.stage !== task.progress?.stage) this.log.info(`${title}: ${progress.stage}`);
            task.progress = progress;
            show(progress);
            this.tell();
          },
        });
      });
      this.log.info(`${title}: finished after ${((Date.now() - start) / 1000).toFixed(1)} s`);
      return value;
    } catch (error) {
      if (!isCancelled(error) && !task.cancellation.token.isCancellationRequested) throw error;
      this.log.info(`${title}: cancelled (${error instanceof Error ? error.message : error})`);
      return undefined;
    } finally {
      this.running.delete(task);
      task.cancellation.dispose();
      this.tell();
    }
  }

  /** Cancels everything that runs or waits. */
  stop(): void {
    for (const task of this.running) task.stop();
  }

  dispose(): void {
    this.stop();
    this.changed.dispose();
  }

  private tell(): void {
    setJobRunning(this.running.size > 0);
    this.changed.fire();
  }
}

class Task implements RunningTask {
  readonly cancellation = new CancellationTokenSource();
  job: keyof EngineJobs | null = null;
  progress: JobProgress | null = null;

  constructor(
    readonly title: string,
    readonly ref: DatasetRef | null,
    readonly ahead: boolean,
  ) {}

  stop(): void {
    this.cancellation.cancel();
  }
}
