// How tests bundle their own programs for Node.
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Packages stay outside and are found from below the project. `withPackages` takes them in, but for the native ones, so
 * that the program runs anywhere.
 */
export async function bundle(entryPoints, outdir, { withPackages = false } = {}) {
  await build({
    absWorkingDir: root,
    entryPoints,
    outdir,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    sourcemap: 'inline',
    logLevel: 'error',
    ...(withPackages ? { external: ['onnxruntime-node', 'sharp'] } : { packages: 'external' }),
  });
}
