import type { Job } from '../../job';
import { Tensor } from './library';

export const float = (data: Float32Array, shape: readonly number[]): Tensor => new Tensor('float32', data, shape);

/** Tells people why nothing happens for some seconds. */
export function reportShaders(job?: Job): void {
  job?.report({ stage: 'Compiling shaders for the GPU', done: 0, total: 1 });
}
