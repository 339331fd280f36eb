import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { bundle } from './bundle.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Bundles a TypeScript program of test/ for Node and runs it. Resolves with its exit code. */
export async function runBundled(source, args = process.argv.slice(2)) {
  const name = source.replace(/\.ts$/, '');
  const outdir = `${root}.test-output/build`;
  await bundle({ [name]: `${root}test/${source}` }, outdir);
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [`${outdir}/${name}.js`, ...args], { stdio: 'inherit' });
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}
