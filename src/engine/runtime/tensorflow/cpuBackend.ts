import * as core from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import '@tensorflow/tfjs-backend-cpu';
import type { TensorFlow } from './library';

/** TensorFlow.js on its plain JavaScript backend: slow, and the same everywhere. */
export async function tensorflowOnCpu(): Promise<TensorFlow> {
  core.enableProdMode(); // no advertisement on stderr, no checks of every value
  await core.setBackend('cpu');
  await core.ready();
  return core;
}
