import { type ChildProcess, execFileSync, type SpawnOptions, spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from 'esbuild';
import sharp from 'sharp';
import { onTestFinished } from 'vitest';
import { Random } from '../../src/engine/numeric/random';
import { withFileLock } from '../../src/engine/store/fileLock';

export const root = resolve(__dirname, '../..');
export const cli = join(root, 'dist/cli.js');
export const engineProgram = join(root, 'dist/main.js');

/** Builds the project unless what is built is newer than its sources. */
export async function ensureBuilt(): Promise<void> {
  await withFileLock(join(tmpdir(), `warmstart-build-${process.ppid}`), async () => {
    if (isBuilt()) return;
    execFileSync(process.execPath, ['esbuild.mjs'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  });
}

function isBuilt(): boolean {
  const modified = (path: string): number => statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const below = (folder: string): string[] =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name));
  // the build writes these last, and always
  const built = ['engine', 'engineParts'].map((name) => `dist/${name}.meta.json`);
  const newest = Math.max(...['package-lock.json', 'esbuild.mjs', ...below('src')].map(modified));
  return Math.min(...built.map(modified)) > newest;
}

/** Bundles programs for Node as the project's own build does. */
export async function bundle(entryPoints: Record<string, string>, outdir: string): Promise<void> {
  await build({
    ...{ entryPoints, outdir, bundle: true, platform: 'node', target: 'node20', format: 'cjs', logLevel: 'error' },
    absWorkingDir: root,
    external: ['onnxruntime-node', 'sharp'],
  });
}

/** A folder that is removed after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'warmstart-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

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

export const SIDE = 24;

export interface ImageFolder {
  readonly classes: readonly string[];
  /** Images of each class. */
  readonly train: number;
  readonly test: number;
}

/** Class folders of noisy images; class c is brighter in its own part of the image, so that it can be learned. */
export async function writeImages(folder: string, { classes, train, test }: ImageFolder): Promise<void> {
  const random = Random.stream(7, 'images');
  for (const [split, count] of Object.entries({ train, test }))
    for (const [c, name] of classes.entries())
      for (let i = 0; i < count; i++) await writeImage(join(folder, split, name, `${split}-${i}.png`), c, random);
}

export async function writeImage(path: string, c: number, random: Random): Promise<void> {
  const pixels = Buffer.alloc(SIDE * SIDE);
  for (let y = 0; y < SIDE; y++)
    for (let x = 0; x < SIDE; x++) {
      const own = [y < 8, x < 8, x >= 16, y >= 16][c % 4];
      pixels[y * SIDE + x] = 60 + random.integer(80) + (own ? 80 : 0);
    }
  await mkdir(dirname(path), { recursive: true });
  await writeFile(
    path,
    await sharp(pixels, { raw: { width: SIDE, height: SIDE, channels: 1 } })
      .png()
      .toBuffer(),
  );
}
