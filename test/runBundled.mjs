import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Bundles a TypeScript program of test/ for Node, runs it with the arguments of this one, and ends as it does. */
export async function runBundled(source) {
  const outfile = `${root}.test-output/build/${source.replace(/\.ts$/, '.js')}`;
  await build({
    entryPoints: [`${root}test/${source}`],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    logLevel: 'error',
    packages: 'external',
  });
  process.exit(spawnSync(process.execPath, [outfile, ...process.argv.slice(2)], { stdio: 'inherit' }).status ?? 1);
}
