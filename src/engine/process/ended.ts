import { missingNativePackage } from '../../shared/nativePackage';
import type { StderrTail } from '../../shared/stderrTail';
import { KnownFailure, missingPackage } from '../describeFailure';

/** A child process that ended, or was ended, without answering. */
export type Lost =
  | {
      readonly kind: 'crashed';
      /** The signal or the exit code that it ended with, in words. */
      readonly how: string;
      /** Whether native code ended it: another try may go better. */
      readonly isNative: boolean;
      /** The last lines of its stderr that say something. */
      readonly lastWords: string;
      /** The native package that these lines say is missing. */
      readonly missing: string | null;
    }
  /** It hung for so long (ms) and was killed. */
  | { readonly kind: 'silent'; readonly waited: number }
  | { readonly kind: 'unstarted'; readonly reason: string };

/** How a child process ended. */
export type Ended = Lost | { readonly kind: 'answered' };

const LINES_SHOWN = 3;

export const crashed = (code: number | null, signal: NodeJS.Signals | null, tail: StderrTail): Lost => ({
  kind: 'crashed',
  how: signal === 'SIGKILL' ? 'SIGKILL, most often because memory ran out' : (signal ?? `exit code ${code}`),
  isNative: isNativeCrash(code, signal),
  lastWords: tail.lastWords(LINES_SHOWN),
  missing: missingNativePackage(tail.text),
});

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

/** A child process was lost before it had answered. `lossFailure` tells people of it in the words of whoever asked it. */
export class ProcessLost extends Error {
  constructor(readonly end: Lost) {
    super(lossFailure(end, 'A process of Warmstart', 'it had not answered').message);
    this.name = 'ProcessLost';
  }
}

/** Native code, such as a driver, ended the process. */
export class NativeCrash extends ProcessLost {
  constructor(override readonly end: Extract<Lost, { kind: 'crashed' }>) {
    super(end);
  }
}

export const lossError = (end: Lost): ProcessLost =>
  end.kind === 'crashed' && end.isNative ? new NativeCrash(end) : new ProcessLost(end);

/** The sentence about a lost process: `who` begins it, `advice` ends it. */
export function lossFailure(end: Lost, who: string, advice: string): KnownFailure {
  if (end.kind === 'unstarted') return new KnownFailure('defect', `${who} could not be started: ${end.reason}.`);
  if (end.kind === 'silent')
    return new KnownFailure('defect', `${who} did not answer within ${inSeconds(end.waited)}; ${advice}.`);
  if (end.missing) return missingPackage(end.missing);
  const last = end.lastWords ? `. Last lines: ${end.lastWords}` : '.';
  return new KnownFailure('defect', `${who} ended unexpectedly (${end.how}); ${advice}${last}`);
}

export const inSeconds = (milliseconds: number): string => `${Math.round(milliseconds / 1000)} s`;
