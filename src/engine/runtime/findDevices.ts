import { createRequire } from 'node:module';
import type { DeviceReport } from '../../shared/protocol/engine';
import { describeFailure } from '../failure';
import { threadCount } from './threads';

export const cpuName = (): string => `CPU, ${threadCount()} threads`;

/** What this machine has to compute on; the first usable one is used. */
export async function findDevices(): Promise<DeviceReport[]> {
  return [...(await onnxDevices()), cudaDevice()];
}

async function onnxDevices(): Promise<DeviceReport[]> {
  try {
    const { listSupportedBackends } = await import('onnxruntime-node');
    const others = listSupportedBackends().filter(({ name, bundled }) => bundled && name !== 'cpu');
    return [
      { name: cpuName(), usable: true },
      ...others.map(({ name }) => ({
        name: `ONNX Runtime, ${name}`,
        usable: false,
        reason: 'this version of Warmstart computes on the CPU only',
      })),
    ];
  } catch (error) {
    return [{ name: cpuName(), usable: false, reason: describeFailure(error, 'run warmstart doctor').message }];
  }
}

const CUDA_PACKAGE = '@tensorflow/tfjs-node-gpu';

export function cudaDevice(): Required<DeviceReport> {
  const report = (reason: string) => ({ name: 'TensorFlow.js on CUDA', usable: false, reason });
  try {
    createRequire(__filename).resolve(CUDA_PACKAGE);
    return report(`${CUDA_PACKAGE} is installed; this version does not use it yet`);
  } catch {
    return report(`${CUDA_PACKAGE} is not installed; the CPU is used`);
  }
}
