import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { cli } from './built';

export interface Ran {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The last line of stdout, parsed. */
  json<T = Record<string, unknown>>(): T;
}

export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ran>;
}

/** Starts the command line; a test that ends takes it with it. */
export function start(args: readonly string[], options: SpawnOptions = {}): Started {
  return startProgram(process.execPath, [cli, ...args], options);
}

export function startProgram(program: string, args: readonly string[], options: SpawnOptions = {}): Started {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Ran>((done, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) =>
      done({ code, signal, stdout, stderr, json: () => JSON.parse(stdout.trim().split('\n').at(-1) ?? '') }),
    );
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return { child, ended };
}

/** Waits until a program has written a file; fails when it ends before. */
export async function untilWritten(path: string, { ended }: Started): Promise<void> {
  let end: Ran | undefined;
  void ended.then((ran) => {
    end = ran;
  });
  while (!existsSync(path)) {
    if (end) throw new Error(`It ended with ${end.signal ?? end.code} before it wrote ${path}: ${end.stderr.trim()}`);
    await sleep(5);
  }
}

/** Runs the command line to its end. */
export const run = (args: readonly string[], options: SpawnOptions = {}): Promise<Ran> => start(args, options).ended;
