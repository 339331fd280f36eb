import { UserError } from '../errors';
import type { Job } from '../job';
import { type DisplayMode, ProgressDisplay } from './progressDisplay';

/** Options that every command has. */
export interface GlobalOptions {
  readonly workspace: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

export const exitCodes = { done: 0, failed: 1, usage: 2, cancelled: 130 } as const;

/** Runs a command's work with progress on stderr, and prints what came of it: text for people, or one JSON object. */
export async function runCommand<R>(
  { json, quiet }: GlobalOptions,
  signal: AbortSignal,
  work: (job: Job) => Promise<R>,
  describe: (result: R) => string,
): Promise<void> {
  const display = new ProgressDisplay(displayMode(json ?? false, quiet ?? false));
  try {
    const result = await work({ signal, report: (progress) => display.report(progress) });
    display.stop();
    await print(json ? JSON.stringify(result) : describe(result));
  } finally {
    display.stop();
  }
}

function displayMode(json: boolean, quiet: boolean): DisplayMode {
  if (quiet) return 'none';
  if (process.stderr.isTTY) return 'bar';
  return json ? 'none' : 'lines';
}

/** One text on stdout; returns when it has left the process. */
export function print(text: string): Promise<void> {
  return new Promise((resolve) => process.stdout.write(`${text}\n`, () => resolve()));
}

export interface Failure {
  readonly exitCode: number;
  /** One line. */
  readonly message: string;
  readonly code: string;
}

/** What an error means to the caller of the command line. */
export function failureOf(error: unknown): Failure {
  if (error instanceof UserError) {
    const exitCode =
      error.code === 'usage' ? exitCodes.usage : error.code === 'cancelled' ? exitCodes.cancelled : exitCodes.failed;
    return { exitCode, code: error.code, message: oneLine(error.message) };
  }
  const message = error instanceof Error ? error.message : String(error);
  const advice = 'this is a defect of Warmstart; set WARMSTART_DEBUG=1 to see where';
  return { exitCode: exitCodes.failed, code: 'defect', message: oneLine(`Unexpected error: ${message} (${advice})`) };
}

const oneLine = (text: string) => text.replace(/\s*[\r\n]+\s*/g, ' ').trim();
