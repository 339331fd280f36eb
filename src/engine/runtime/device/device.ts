import { usageError } from '../../errors';

/** What can be asked for, in the order in which `auto` and `doctor` look at it. */
export const deviceNames = ['onnx-cpu', 'webgpu', 'directml', 'coreml', 'onnx-cuda', 'cuda', 'tfjs-cpu'] as const;
export type DeviceName = (typeof deviceNames)[number];

/** The device that every machine has: the spare one, and the one that all cells of a benchmark run on. */
export const CPU_DEVICE = 'onnx-cpu' satisfies DeviceName;

/** The variable that names the device for this process and those that it starts; the command line's --device sets it. */
export const DEVICE_VARIABLE = 'WARMSTART_DEVICE';

/** Names a folder with a `node_modules` of packages that were installed on demand; the editor's global storage. */
export const PACKAGES_VARIABLE = 'WARMSTART_PACKAGES';

/** The device that was asked for; `auto` when none was. */
export function wantedDevice(name = process.env[DEVICE_VARIABLE] || 'auto'): DeviceName | 'auto' {
  const known = deviceNames.find((device) => device === name);
  if (known) return known;
  if (name === 'auto') return name;
  throw usageError(
    `There is no device "${name}"; known are auto, ${deviceNames.join(', ')} (--device, ${DEVICE_VARIABLE} or the setting warmstart.device).`,
  );
}

/** ONNX Runtime's execution providers other than the CPU's, as onnxruntime-node names them, with a name for people. */
export const acceleratorNames = {
  webgpu: 'WebGPU',
  cuda: 'CUDA',
  dml: 'DirectML',
  coreml: 'CoreML',
} as const;

export type AcceleratorName = keyof typeof acceleratorNames;
