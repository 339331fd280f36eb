import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import util from 'node:util';
import { oneLine } from '../../describeFailure';
import { UserError } from '../../errors';
import { PACKAGES_VARIABLE } from '../device/device';
import type { Runtime } from '../runtime';
import type { TensorFlow } from './library';
import { tensorflowRuntime } from './tensorflowRuntime';

export const CUDA_PACKAGE = '@tensorflow/tfjs-node-gpu';

export const platformHasCuda = (): boolean => process.arch === 'x64' && ['linux', 'win32'].includes(process.platform);

export interface FoundPackage {
  /** Of the package itself. */
  readonly directory: string;
  readonly version: string;
}

/** Where the package lies: in the folder for packages installed on demand, else beside this program. */
export function findCudaPackage(): FoundPackage | null {
  for (const require of places())
    try {
      const manifest = require.resolve(`${CUDA_PACKAGE}/package.json`);
      const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
      return { directory: dirname(manifest), version };
    } catch {
      // not there
    }
  return null;
}

function places(): NodeJS.Require[] {
  const folder = process.env[PACKAGES_VARIABLE];
  return [...(folder ? [createRequire(join(folder, 'package.json'))] : []), createRequire(__filename)];
}

/** TensorFlow.js with its native backend, which is loaded into this process. */
type NativeTensorFlow = TensorFlow & {
  ready(): Promise<void>;
  backend(): { readonly isUsingGpuDevice?: boolean };
};

/**
 * The runtime on CUDA.
 * @throws UserError with what to do, when the package can't be loaded or finds no GPU. A broken driver may also end the
 * process: probe first, in another one.
 */
export async function openCuda(): Promise<Runtime> {
  const found = findCudaPackage();
  if (!found) throw new UserError('device', `${CUDA_PACKAGE} is not installed.`);
  const tf = load(found);
  await tf.ready();
  // without CUDA's libraries TensorFlow computes on the CPU and says nothing
  if (!tf.backend().isUsingGpuDevice)
    throw new UserError(
      'device',
      `TensorFlow found no GPU: it needs an NVIDIA driver, CUDA 11.2 and cuDNN 8.1, and their folders on ${process.platform === 'win32' ? 'PATH' : 'LD_LIBRARY_PATH'}.`,
    );
  return tensorflowRuntime(tf, `TensorFlow.js ${found.version} on CUDA`);
}

function load({ directory }: FoundPackage): NativeTensorFlow {
  // gone from Node 23 on, and called by about a hundred of the package's kernels
  const old = util as { isNullOrUndefined?: (value: unknown) => boolean };
  old.isNullOrUndefined ??= (value) => value === null || value === undefined;
  process.env.TF_FORCE_GPU_ALLOW_GROWTH ??= 'true'; // else TensorFlow takes all memory of the GPU at once
  try {
    return createRequire(join(directory, 'package.json'))(directory) as NativeTensorFlow;
  } catch (error) {
    throw new UserError('device', reasonOf(error), { cause: error });
  }
}

/** One sentence on why the package can't be loaded, and what to do. */
function reasonOf(error: unknown): string {
  const text = oneLine(error instanceof Error ? error.message : String(error));
  const again = 'install it again (the editor\'s command "Warmstart: Install CUDA Runtime")';
  if (/NODE_MODULE_VERSION|different Node\.js version|Module did not self-register/.test(text))
    return `${CUDA_PACKAGE} was installed for another version of Node than ${process.version}; ${again}.`;
  if (/tfjs_binding\.node\) can not be found|Cannot find module .*tfjs_binding/.test(text))
    return `The native part of ${CUDA_PACKAGE} for Node ${process.version} is not there, because its download failed or was made for another version; ${again}, where storage.googleapis.com can be reached.`;
  const library = /(lib[\w.-]+\.so[\w.]*|[\w-]+\.dll): cannot open shared object/.exec(text)?.[1];
  if (library) return `${CUDA_PACKAGE} does not find the library ${library}; install it or ${again}.`;
  return `${CUDA_PACKAGE} can't be loaded (${text.slice(0, 300)}); ${again}.`;
}
