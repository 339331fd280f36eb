import { spawn } from 'node:child_process';
import { cp, mkdir, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { Refusal } from '../errors';
import { checkedDownload, type Source } from './checkedDownload';
import { installFailure } from './installFailure';

const LINES_KEPT = 200;
const PACKAGE = join('node_modules', '@tensorflow', 'tfjs-node-gpu');

export interface CudaInstallation {
  /** New and empty. */
  readonly folder: string;
  /** Holds the list of packages and its lock file. */
  readonly locked: string;
  /** TensorFlow itself; null leaves its download to the package's install script, which checks nothing. */
  readonly library: Source | null;
  readonly signal: AbortSignal;
  /** Gets what is said meanwhile, line by line. */
  readonly line: (text: string) => void;
}

/**
 * Installs exactly the packages of the lock file and runs no script but the install script of TensorFlow's own package.
 * False when it was stopped.
 * @throws Refusal with one sentence on why, and what to do
 */
export async function installCudaRuntime(installation: CudaInstallation): Promise<boolean> {
  const { folder, locked, library, signal } = installation;
  for (const name of ['package.json', 'package-lock.json']) await cp(join(locked, name), join(folder, name));
  try {
    await run(installation, 'npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], folder);
    if (library) await unpackLibrary(installation, library);
    // finds the library where it would put it, and does not fetch it again unless told to
    const args = ['scripts/install.js', 'gpu', ...(library ? [] : ['download'])];
    await run(installation, 'node', args, join(folder, PACKAGE));
    return !signal.aborted;
  } catch (error) {
    if (signal.aborted) return false;
    throw error instanceof Refusal
      ? error
      : new Refusal(installFailure(error, [String((error as Error).cause ?? error)]));
  }
}

async function unpackLibrary(installation: CudaInstallation, library: Source): Promise<void> {
  const target = join(installation.folder, PACKAGE, 'deps');
  await mkdir(target, { recursive: true });
  const archive = join(target, 'library.tar.gz');
  let told = -1;
  await checkedDownload(library, archive, installation.signal, (share) => {
    const percent = Math.floor(share * 20) * 5;
    if (percent === told) return;
    told = percent;
    installation.line(`Downloading TensorFlow: ${percent} %`);
  });
  await run(installation, 'tar', ['-xzf', 'library.tar.gz'], target);
  await rm(archive);
}

/** Runs a program with all of its children to its end. */
async function run(installation: CudaInstallation, program: string, args: string[], folder: string): Promise<void> {
  const { signal, line } = installation;
  signal.throwIfAborted();
  const bin = join(installation.folder, 'node_modules', '.bin');
  // on Windows npm is a script, which only a shell starts; nothing here comes from outside
  const child = spawn(program, args, {
    cwd: folder,
    env: { ...process.env, PATH: `${process.env.PATH ?? ''}${delimiter}${bin}` },
    shell: process.platform === 'win32',
    detached: process.platform !== 'win32',
  });
  let last: string[] = [];
  const read = (text: string) => {
    for (const each of text.split('\n').map((part) => part.trim()))
      if (each !== '') {
        line(each);
        last = [...last, each].slice(-LINES_KEPT);
      }
  };
  child.stdout.setEncoding('utf8').on('data', read);
  child.stderr.setEncoding('utf8').on('data', read);
  const stop = () => endWithChildren(child.pid);
  signal.addEventListener('abort', stop);
  const end = await new Promise<number | string | NodeJS.ErrnoException | null>((resolve) => {
    child.on('error', resolve);
    child.on('close', (code, killed) => resolve(code ?? killed));
  });
  signal.removeEventListener('abort', stop);
  if (end !== 0) throw new Refusal(installFailure(end, last));
}

function endWithChildren(pid: number | undefined): void {
  if (pid === undefined) return;
  if (process.platform === 'win32') spawn('taskkill', ['/pid', String(pid), '/t', '/f']).on('error', () => {});
  else
    try {
      process.kill(-pid);
    } catch {
      // it has ended
    }
}
