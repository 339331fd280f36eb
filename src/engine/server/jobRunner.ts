import { type ChildProcess, fork } from 'node:child_process';
import { missingNativePackage } from '../../shared/nativePackage';
import type { JobProgress } from '../../shared/protocol/engine';
import { describeFailure, lastWords, oneLine } from '../failure';
import { DEVICE_VARIABLE } from '../runtime/device';
import { EngineFailureError } from './failure';
import { type FromJob, JOB_COMMAND, type JobName, type Jobs, type ToJob } from './messages';

/** A job whose process hangs for so long (ms) after it was asked to stop is killed. */
const PATIENCE = 60_000;
/** Characters of stderr kept for the message about a crash. */
const STDERR_KEPT = 2_000;
const LINES_SHOWN = 3;

/** A job in its process. */
export interface RunningJob<R> {
  readonly result: Promise<R>;
  /** Resolves when the process has gone and the machine is free again. */
  readonly ended: Promise<void>;
  /** Asks it to save its state and end. */
  stop(): void;
}

/** Native code ended the process of a job. */
export class NativeCrash extends EngineFailureError {
  constructor(
    /** A signal or an exit code. */
    readonly how: string,
    message: string,
  ) {
    super('defect', message);
  }
}

/** Starts a process for one job; `program` is the command line. `device`: another than this process is told to use. */
export function startJob<M extends JobName>(
  program: string,
  method: M,
  params: Jobs[M]['params'],
  report: (progress: JobProgress) => void,
  device?: string,
): RunningJob<Jobs[M]['result']> {
  const child = fork(program, [JOB_COMMAND], {
    ...{ execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] },
    env: { ...process.env, ...(device === undefined ? {} : { [DEVICE_VARIABLE]: device }) },
  });
  const send = (message: ToJob) => child.connected && child.send(message, () => {});
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    process.stderr.write(text);
    stderr = (stderr + text).slice(-STDERR_KEPT);
  });
  const ended = new Promise<void>((resolve) => {
    child.on('close', () => resolve());
    child.on('error', () => child.pid === undefined && resolve());
  });
  const result = new Promise<Jobs[M]['result']>((resolve, reject) => {
    child.on('message', (message: FromJob) => {
      if (message.kind === 'progress') report(message.progress);
      else if (message.kind === 'done') resolve(message.result as Jobs[M]['result']);
      else reject(new EngineFailureError(message.code, message.message));
    });
    child.on('error', (error) =>
      reject(new EngineFailureError('defect', `${nameOf(method)} could not be started: ${error.message}.`)),
    );
    ended.then(() => reject(crash(method, child, stderr)));
  });
  result.catch(() => {}); // whoever waits for it may have been cancelled
  send({ kind: 'run', method, params });
  return { result, ended, stop: () => stop(child, send) };
}

function stop(child: ChildProcess, send: (message: ToJob) => void): void {
  send({ kind: 'stop' });
  const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
  child.once('exit', () => clearTimeout(timer));
}

/** The error for a process that ended without an answer. */
function crash(method: JobName, { exitCode, signalCode }: ChildProcess, stderr: string): EngineFailureError {
  if (missingNativePackage(stderr)) {
    const { code, message } = describeFailure(new Error(stderr), '');
    return new EngineFailureError(code, message);
  }
  const how =
    signalCode === 'SIGKILL' ? 'SIGKILL, most often because memory ran out' : (signalCode ?? `exit code ${exitCode}`);
  const last = lastWords(stderr, LINES_SHOWN);
  const message = oneLine(
    `${nameOf(method)} ended unexpectedly (${how}); what was finished is kept, try again${last ? `. Last lines: ${last}` : '.'}`,
  );
  return isNativeCrash(exitCode, signalCode)
    ? new NativeCrash(how, message)
    : new EngineFailureError('defect', message);
}

const CRASH_SIGNALS: readonly (NodeJS.Signals | null)[] = [
  'SIGABRT',
  'SIGBUS',
  'SIGFPE',
  'SIGILL',
  'SIGSEGV',
  'SIGTRAP',
];
/** Of Windows: abort() in native code and in Node; beyond, exceptions such as an access violation. */
const ABORTED = [3, 134];
const EXCEPTIONS = 0xc000_0000;

const isNativeCrash = (code: number | null, signal: NodeJS.Signals | null): boolean =>
  CRASH_SIGNALS.includes(signal) ||
  (process.platform === 'win32' && code !== null && (ABORTED.includes(code) || code >>> 0 >= EXCEPTIONS));

const names: Readonly<Record<JobName, string>> = {
  import: 'The import',
  sample: 'Drawing the sample',
  pretrain: 'Pre-training',
  train: 'Training',
  query: 'Choosing images',
  suggest: 'Suggesting labels',
  benchmark: 'The benchmark',
  export: 'The export',
  prepare: 'Reading the dataset',
  devices: 'Looking for devices',
};

/** A job at the beginning of a sentence. */
export const nameOf = (method: JobName): string => names[method];
