import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withFileLock } from '../../src/engine/store/fileLock';
import { projectFolder } from './folders';

export const cli = join(projectFolder, 'dist/cli.js');
export const engineProgram = join(projectFolder, 'dist/main.js');
export const replicaProgram = join(projectFolder, 'dist/replica.js');
/** Scripts and style sheets of the pages. */
export const pagesFolder = join(projectFolder, 'dist/webview');

/** Builds the project unless what is built is newer than its sources. */
export async function ensureBuilt(): Promise<void> {
  await withFileLock(join(tmpdir(), `warmstart-build-${process.ppid}`), async () => {
    if (isBuilt()) return;
    execFileSync(process.execPath, ['esbuild.mjs'], { cwd: projectFolder, stdio: ['ignore', 'ignore', 'inherit'] });
  });
}

/** What the build writes after the rest, and always; below the project's folder. */
export const builtFiles = ['engine', 'engineParts', 'extension', 'webview'].map((name) => `dist/${name}.meta.json`);

function isBuilt(): boolean {
  const below = (folder: string): string[] =>
    readdirSync(join(projectFolder, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name));
  const sources = ['package.json', 'package-lock.json', 'esbuild.mjs', ...below('src'), ...below('webview-ui')];
  const when = (files: readonly string[]): number[] => files.map((file) => modified(join(projectFolder, file)));
  return Math.min(...when(builtFiles)) > Math.max(...when(sources));
}

/** When a file was written last, in milliseconds; 0 where there is none. */
export function modified(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
