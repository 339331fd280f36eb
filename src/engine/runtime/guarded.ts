import { DeviceError, type DeviceTrouble } from '../errors';

/**
 * What ONNX Runtime (Dawn, Direct3D, CUDA) and TensorFlow say when a device fails; everything else that they throw is a
 * defect.
 */
const troubles: readonly [RegExp, DeviceTrouble, string][] = [
  [
    /\bOOM\b|out[ _]of[ _]((device|host)[ _])?memory|E_OUTOFMEMORY|8007000E|failed to allocate|bad_alloc/i,
    'memory',
    'The device ran out of memory; use a smaller batch, smaller images or another device.',
  ],
  [
    /\bdevice\b[^.\n]{0,60}\b(lost|destroyed)\b|DEVICE_(LOST|REMOVED|HUNG|RESET)|GetDeviceRemovedReason|887A000[567]|invalid device|Failed to get a WebGPU adapter|illegal memory access|CUDA_ERROR_(ILLEGAL_ADDRESS|LAUNCH_FAILED|LAUNCH_TIMEOUT|ECC_UNCORRECTABLE)|unspecified launch failure/i,
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
  if (error instanceof DeviceError) return error;
  const text = error instanceof Error ? error.message : String(error);
  const found = troubles.find(([pattern]) => pattern.test(text));
  return found ? new DeviceError(found[1], found[2], { cause: error }) : error;
}
