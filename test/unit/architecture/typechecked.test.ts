import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const solution = 'tsconfig.json';

/** The projects that `npm run typecheck` goes through, also those that only another one names. */
function projects(file: string, found = new Set<string>()): Set<string> {
  const config = JSON.parse(readFileSync(file, 'utf8').replace(/^\s*\/\/.*$/gm, '')) as {
    readonly references?: readonly { readonly path: string }[];
  };
  for (const { path } of config.references ?? []) {
    const project = resolve(file, '..', path.endsWith('.json') ? path : join(path, 'tsconfig.json'));
    if (found.has(project)) continue;
    found.add(project);
    projects(project, found);
  }
  return found;
}

async function filesOf(project: string): Promise<string[]> {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const { stdout } = await promisify(execFile)(process.execPath, [tsc, '-p', project, '--listFilesOnly'], {
    cwd: root,
  });
  return stdout.split('\n').map((file) => relative(root, file));
}

it('every file of ours is seen by the type-checker', async () => {
  const isCode = (file: string) => /\.[cm]?[jt]sx?$/.test(file);
  const worlds = ['src', 'webview-ui', 'test', 'scripts'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
  );
  const ours = [...readdirSync(root), ...worlds].filter(isCode);
  const lists = await Promise.all([...projects(join(root, solution))].map(filesOf));
  const seen = new Set(lists.flat());
  expect(ours.length).toBeGreaterThan(600);
  expect(ours.filter((file) => !seen.has(file))).toEqual([]);
});
