import { Tensor } from 'onnxruntime-node';
import type { Job } from '../../job';
import { DeviceError, type DeviceTrouble } from '../deviceError';

export const float = (data: Float32Array, shape: readonly number[]): Tensor => new Tensor('float32', data, shape);

/** Tells people why nothing happens for some seconds. */
export function reportShaders(job?: Job): void {
  job?.report({ stage: 'Compiling shaders for the GPU', done: 0, total: 1 });
}

/** What ONNX Runtime and Dawn say when a device fails; everything else that they throw is a defect. */
const troubles: readonly [RegExp, DeviceTrouble, string][] = [
  [
    /out of (device |host )?memory|OUT_OF_(DEVICE|HOST)_MEMORY|failed to allocate|bad_alloc/i,
    'memory',
    'The device ran out of memory; use a smaller batch, smaller images or another device.',
  ],
  [
    /device (is |was )?(lost|destroyed)|DEVICE_LOST|invalid device/i,
    'lost',
    'The device stopped working (its driver was restarted, or the machine slept); start again, or use another device.',
  ],
];

/** Runs native code and turns the failures of a device into DeviceErrors. */
export async function guarded<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw asDeviceError(error);
  }
}

function asDeviceError(error: unknown): unknown {
  const text = error instanceof Error ? error.message : String(error);
  const found = troubles.find(([pattern]) => pattern.test(text));
  return found ? new DeviceError(found[1], found[2], { cause: error }) : error;
}
