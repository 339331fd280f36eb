import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import manifest from '../../../package.json';
import { projectFolder } from '../../support/folders';
import { temporaryFolder } from '../../support/temporaryFolder';

const text = readFileSync(join(projectFolder, '.github/workflows/ci.yml'), 'utf8');
interface Job {
  readonly strategy?: { readonly matrix: Readonly<Record<string, readonly (string | number)[]>> };
  readonly steps: readonly { readonly run?: string; readonly uses?: string; readonly with?: object }[];
}
const { jobs } = parse(text) as { readonly jobs: Readonly<Record<string, Job>> };
const commands = (job: Job): string => job.steps.map(({ run }) => run ?? '').join('\n');

/** What GitHub's own parser says of a workflow. It reads its schema by an import that Node 20 refuses and bundlers know. */
async function complaints(content: string): Promise<string[]> {
  const outfile = join(await temporaryFolder(), 'parser.mjs');
  const contents = `
    import { NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser';
    export const complaints = (content) =>
      parseWorkflow({ name: 'ci.yml', content }, new NoOperationTraceWriter()).context.errors.getErrors().map(String);
  `;
  const banner = {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  };
  const stdin = { contents, resolveDir: projectFolder };
  await build({ bundle: true, platform: 'node', format: 'esm', logLevel: 'error', outfile, stdin, banner });
  const parser = (await import(pathToFileURL(outfile).href)) as { complaints(content: string): string[] };
  return parser.complaints(content);
}

describe('the workflow', () => {
  it("is one by GitHub's schema", async () => {
    expect(await complaints(text)).toEqual([]);
    expect(await complaints(text.replace('runs-on', 'runs_on'))).not.toEqual([]);
  });

  it('tests on three systems and on every Node that is kept up', () => {
    expect(jobs.parts!.strategy!.matrix.os!.map((os) => `${os}`.replace(/-.*/, '')).sort()).toEqual([
      'macos',
      'ubuntu',
      'windows',
    ]);
    expect(jobs.parts!.strategy!.matrix.node).toEqual([20, 22, 24]);
  });

  it('tests in the oldest VS Code that package.json allows, and in the newest', () => {
    const oldest = manifest.engines.vscode.replace('^', '');
    expect(jobs.vscode!.strategy!.matrix.vscode).toEqual([oldest, 'stable']);
  });

  it('calls scripts that there are, and keeps packages for all platforms', () => {
    const called = Object.values(jobs).flatMap((job) => [...commands(job).matchAll(/npm run ([\w:]+)/g)]);
    const names = called.map(([, name]) => name!);
    expect(names.filter((name) => !(name in manifest.scripts))).toEqual([]);
    expect(names).toEqual(expect.arrayContaining(['typecheck', 'lint', 'lint:dead', 'package']));
    expect(commands(jobs.package!)).toContain('--target all');
    expect(jobs.package!.steps.at(-1)!.uses).toMatch(/^actions\/upload-artifact@/);
  });
});
