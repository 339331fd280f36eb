import type * as vscode from 'vscode';
import type { CancellationToken, Disposable } from 'vscode';
import type { EngineConfiguration, EngineJobs, EngineRequests, JobProgress } from '../../shared/protocol/engine';
import { BackOff, type Delays, defaultDelays } from './backOff';
import type { EngineClient } from './engineClient';
import { EngineError, isEngineError } from './engineError';
import type { EngineProcess } from './engineProcess';
import type { EngineStatus } from './engineStatus';
import { EngineTexts } from './engineTexts';
import { Listeners } from './listeners';

export interface EngineOptions {
  /** `dist/main.js`. */
  readonly program: string;
  /** Of the extension. */
  readonly version: string;
  readonly log: Pick<vscode.LogOutputChannel, 'info' | 'warn' | 'error'>;
  readonly l10n: Pick<typeof vscode.l10n, 't'>;
  /** What every engine is told after the handshake. */
  readonly configuration?: () => EngineConfiguration;
  /** For tests. */
  readonly delays?: Delays;
}

/** A cancel is answered after so long (ms) even if the engine does not answer it. */
const CANCEL_PATIENCE = 900;

interface RunningJob {
  readonly method: keyof EngineJobs;
  progress: JobProgress | null;
}

/** The engine in a child process: started by the first request, and by the next one after a crash, with growing delays. */
export class ForkedEngine implements EngineClient, Disposable {
  private readonly texts: EngineTexts;
  private readonly backOff: BackOff;
  private readonly statusListeners = new Listeners<EngineStatus>();
  private readonly jobs: RunningJob[] = [];
  private process: Promise<EngineProcess> | null = null;
  private live: EngineProcess | null = null;
  private idleStatus: EngineStatus = { kind: 'stopped' };
  private isDisposed = false;

  /** Fires with each change of `status`. */
  readonly onDidChangeStatus = this.statusListeners.add;

  constructor(private readonly options: EngineOptions) {
    this.texts = new EngineTexts(options.l10n);
    this.backOff = new BackOff(options.delays ?? defaultDelays);
  }

  get status(): EngineStatus {
    const [job] = this.jobs;
    if (!job || this.idleStatus.kind !== 'ready') return this.idleStatus;
    return { kind: 'busy', method: job.method, progress: job.progress };
  }

  /** Of the engine's process while it runs, for the log and for tests. */
  get pid(): number | undefined {
    return this.live?.pid;
  }

  warmUp(): void {
    if (this.idleStatus.kind === 'stopped') void this.running().catch(() => undefined);
  }

  async request<M extends keyof EngineRequests>(
    method: M,
    params: EngineRequests[M]['params'],
  ): Promise<EngineRequests[M]['result']> {
    return (await this.running()).ask(method, params);
  }

  async run<M extends keyof EngineJobs>(
    method: M,
    params: EngineJobs[M]['params'],
    { token, report }: { readonly token?: CancellationToken; readonly report?: (progress: JobProgress) => void },
  ): Promise<EngineJobs[M]['result']> {
    const job: RunningJob = { method, progress: null };
    const watch = (progress: JobProgress) => {
      if (!this.jobs.includes(job)) return; // cancelled meanwhile
      job.progress = progress;
      report?.(progress);
      this.statusListeners.tell(this.status);
    };
    const work = async (): Promise<EngineJobs[M]['result']> => {
      const engine = await this.running();
      // a token that was cancelled before it can be listened to would be missed
      if (token?.isCancellationRequested) throw this.cancelled();
      return engine.askWatched(method, params, token, watch);
    };
    this.jobs.push(job);
    this.statusListeners.tell(this.status);
    try {
      return await this.orCancelled(work(), token);
    } finally {
      this.jobs.splice(this.jobs.indexOf(job), 1);
      this.statusListeners.tell(this.status);
    }
  }

  /** Tells the engine that runs that the configuration has changed; one that starts later asks for it. */
  async configure(): Promise<void> {
    if (this.live && this.idleStatus.kind === 'ready') await this.tellConfiguration(this.live);
  }

  private async tellConfiguration(engine: EngineProcess): Promise<void> {
    const { configuration } = this.options;
    if (configuration) await engine.ask('configure', configuration());
  }

  /** Ends the engine and what it runs; unfinished work keeps its state on the disk. */
  dispose(): void {
    this.isDisposed = true;
    this.live?.close();
    this.setIdle({ kind: 'stopped' });
    this.statusListeners.dispose();
  }

  /** The process that answers: the one that is there, or a new one. */
  private running(): Promise<EngineProcess> {
    if (this.isDisposed) return Promise.reject(new EngineError('cancelled', this.texts.closed()));
    if (!this.process) {
      const started = this.start();
      this.process = started;
      started.catch(() => {
        if (this.process === started) this.process = null;
      });
    }
    return this.process;
  }

  private async start(): Promise<EngineProcess> {
    this.setIdle({ kind: 'starting' });
    const { EngineProcess } = await import('./engineProcess'); // not during the activation, which it would make slow
    await new Promise((resolve) => setTimeout(resolve, this.backOff.left(performance.now())));
    if (this.isDisposed) throw new EngineError('cancelled', this.texts.closed());
    const { program, version, log } = this.options;
    const since = performance.now();
    const engine = new EngineProcess({ program, version, texts: this.texts, onLine: (line) => log.info(line) });
    this.live = engine;
    void engine.ended.then((error) => this.hasEnded(engine, error, performance.now() - since));
    try {
      const answer = await engine.greet();
      await this.tellConfiguration(engine);
      log.info(`Engine ${answer.version} started (process ${answer.pid}).`);
    } catch (error) {
      engine.close();
      if (isEngineError(error)) this.setIdle({ kind: 'crashed', message: error.message });
      throw error;
    }
    this.setIdle({ kind: 'ready' });
    return engine;
  }

  private hasEnded(engine: EngineProcess, error: EngineError, ranFor: number): void {
    if (this.live !== engine) return;
    this.live = null;
    this.process = null;
    if (this.isDisposed) return;
    this.backOff.crashed(ranFor, performance.now());
    this.options.log.error(error.message);
    if (this.idleStatus.kind !== 'crashed') this.setIdle({ kind: 'crashed', message: error.message });
  }

  private setIdle(status: EngineStatus): void {
    this.idleStatus = status;
    this.statusListeners.tell(this.status);
  }

  private cancelled(): EngineError {
    return new EngineError('cancelled', this.texts.cancelled());
  }

  /** Rejects soon after a cancel even when the engine is still starting or does not answer. */
  private async orCancelled<T>(work: Promise<T>, token: CancellationToken | undefined): Promise<T> {
    if (!token) return work;
    let timer: NodeJS.Timeout | undefined;
    let listener: Disposable | undefined;
    const cancelled = new Promise<never>((_, reject) => {
      const onCancel = (patience: number) => {
        timer = setTimeout(() => reject(this.cancelled()), patience);
      };
      if (token.isCancellationRequested) onCancel(0);
      else listener = token.onCancellationRequested(() => onCancel(CANCEL_PATIENCE));
    });
    work.catch(() => {}); // may still fail after it was given up
    try {
      return await Promise.race([work, cancelled]);
    } finally {
      clearTimeout(timer);
      listener?.dispose();
    }
  }
}
