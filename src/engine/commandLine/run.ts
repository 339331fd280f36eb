import { resolve } from 'node:path';
import type { Command } from 'commander';
import { describeFailure, type Failure, oneLine } from '../describeFailure';
import { STOPPED_EARLY, StoppedEarly } from '../errors';
import type { Job } from '../job';
import { type DisplayMode, ProgressDisplay } from './progressDisplay';

/** Options that every command has. */
interface GlobalOptions {
  readonly workspace: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

export const exitCodes = { done: 0, failed: 1, usage: 2, stoppedEarly: STOPPED_EARLY, cancelled: 130 } as const;

/**
 * Runs a command's work in the workspace folder with progress on stderr, and prints what came of it: text for people, or
 * one JSON object.
 */
export async function runCommand<R>(
  command: Command,
  signal: AbortSignal,
  /** `clear` takes the bar off the terminal, for who has something else to say there. */
  work: (job: Job, workspace: string, clear: () => void) => Promise<R>,
  describe: (result: R) => string,
): Promise<void> {
  const { workspace, json, quiet } = command.optsWithGlobals<GlobalOptions>();
  const warnings = new Set<string>();
  const display = new ProgressDisplay(displayMode(json ?? false, quiet ?? false));
  try {
    const job: Job = {
      signal,
      report: (progress) => display.report(progress),
      warn: (sentence) => warnings.add(oneLine(sentence)),
    };
    const result = await work(job, resolve(workspace), () => display.stop());
    display.stop();
    await print(json ? JSON.stringify(withWarnings(result, [...warnings])) : describe(result));
  } finally {
    display.stop();
    for (const warning of warnings) process.stderr.write(`Warning: ${warning}\n`);
  }
}

const withWarnings = (result: unknown, warnings: readonly string[]): unknown =>
  warnings.length > 0 && typeof result === 'object' && !Array.isArray(result) ? { ...result, warnings } : result;

function displayMode(json: boolean, quiet: boolean): DisplayMode {
  if (quiet) return 'none';
  if (process.stderr.isTTY) return 'bar';
  return json ? 'none' : 'lines';
}

/** One text on stdout; returns when it has left the process. */
export function print(text: string): Promise<void> {
  return new Promise((resolve) => process.stdout.write(`${text}\n`, () => resolve()));
}

export interface CommandFailure extends Failure {
  readonly exitCode: number;
}

const exitCodeOf: Partial<Record<Failure['code'], number>> = { usage: exitCodes.usage, cancelled: exitCodes.cancelled };

/** What an error means to the caller of the command line. */
export function failureOf(error: unknown): CommandFailure {
  const code = error instanceof StoppedEarly ? { exitCode: exitCodes.stoppedEarly } : {};
  const failure = describeFailure(error, 'set WARMSTART_DEBUG=1 to see where');
  return { exitCode: exitCodeOf[failure.code] ?? exitCodes.failed, ...failure, ...code };
}
