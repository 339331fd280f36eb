// Bundles the programs and suites of test/host and test/ui/workbench for Node, into .test-output/build/host.
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));

export const buildFolder = `${root}.test-output/build/host`;

export async function buildHostTests() {
  const suites = (await readdir(`${root}test/host/suites`, { recursive: true })).filter((name) =>
    name.endsWith('.test.ts'),
  );
  await build({
    entryPoints: {
      run: `${root}test/host/run.ts`,
      index: `${root}test/host/index.ts`,
      standIn: `${root}test/host/vscode/standIn.ts`,
      ensure: `${root}test/host/vscode/ensure.ts`,
      ...Object.fromEntries(suites.map((name) => [`suites/${name.slice(0, -3)}`, `${root}test/host/suites/${name}`])),
    },
    outdir: buildFolder,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    sourcemap: 'inline',
    logLevel: 'error',
    packages: 'external',
  });
}
