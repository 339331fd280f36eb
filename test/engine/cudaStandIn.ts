import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { projectFolder } from '../support/folders';
import { temporaryFolder } from '../support/temporaryFolder';

/** A folder in which that source stands in for @tensorflow/tfjs-node-gpu, which needs a GPU. */
export async function packages(source: string): Promise<string> {
  const folder = await temporaryFolder();
  const directory = join(folder, 'node_modules/@tensorflow/tfjs-node-gpu');
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'package.json'), JSON.stringify({ version: '4.22.0', main: 'index.js' }));
  await writeFile(join(directory, 'index.js'), source);
  return folder;
}

/**
 * The package as it is with or without a GPU, computing on TensorFlow.js's plain backend. `first` runs before everything
 * else; `changes` are members that it has otherwise than `tf`.
 */
export async function working(isUsingGpuDevice: boolean, { first = '', changes = '' } = {}): Promise<string> {
  const contents = `
    import util from 'node:util';
    import * as tf from '@tensorflow/tfjs-core';
    import '@tensorflow/tfjs-core/dist/register_all_gradients';
    import '@tensorflow/tfjs-backend-cpu';
    if (!util.isNullOrUndefined(null)) throw new Error('kernels call this');
    tf.enableProdMode();
    tf.setBackend('cpu');
    module.exports = { ...tf, backend: () => ({ isUsingGpuDevice: ${isUsingGpuDevice} }), ${changes} };
  `;
  const { outputFiles } = await build({
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    logLevel: 'error',
    mainFields: ['module', 'main'],
    banner: { js: first },
    stdin: { contents, resolveDir: projectFolder },
  });
  return outputFiles[0]!.text;
}
