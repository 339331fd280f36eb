import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The first of `names` on PATH, or undefined. */
export function findProgram(names: readonly string[]): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  for (const name of names)
    for (const folder of folders) {
      const path = join(folder, process.platform === 'win32' ? `${name}.exe` : name);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {
        // not here
      }
    }
  return undefined;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly minutes: number;
}

/** Runs a program to its end; an error carries the end of what it printed. */
export async function runProgram(program: string, args: readonly string[], options: RunOptions): Promise<string> {
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const collect = (text: string): void => {
    output += text;
  };
  child.stdout.setEncoding('utf8').on('data', collect);
  child.stderr.setEncoding('utf8').on('data', collect);
  const timer = setTimeout(() => child.kill('SIGKILL'), options.minutes * 60_000);
  try {
    const ended = await new Promise<string>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code, signal) => resolve(`${code ?? signal}`));
    });
    if (ended === '0') return output;
    const tail = output.trim().split('\n').slice(-5).join('\n');
    throw new Error(`${[program, ...args].join(' ')} ended with ${ended}:\n${tail}`);
  } finally {
    clearTimeout(timer);
  }
}

/** Installs Debian packages; throws where there is no apt-get or it may not be used. */
export async function installByApt(packages: readonly string[], what: string): Promise<void> {
  const apt = findProgram(['apt-get']);
  if (!apt || process.getuid?.() !== 0) throw new Error('apt-get as root is not possible.');
  console.log(`Installing ${what} with apt-get …`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await runProgram(apt, ['update'], { env, minutes: 5 });
  const wait = ['-o', 'DPkg::Lock::Timeout=300']; // somebody else may be installing
  await runProgram(apt, [...wait, 'install', '-y', '--no-install-recommends', ...packages], { env, minutes: 10 });
}
