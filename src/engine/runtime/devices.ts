import { join } from 'node:path';
import { describeFailure } from '../failure';
import type { DeviceName } from './device';
import { probeDevice } from './probe/probeDevice';
import type { Runtime } from './runtime';
import { CUDA_PACKAGE, findCudaPackage, openCuda, platformHasCuda } from './tensorflow/cudaPackage';
import { threadCount } from './threads';

/** Whether a device can be used here: what it is, or why not and what to do. */
export type Presence =
  | { readonly usable: true; readonly detail: string }
  | {
      readonly usable: false;
      /** Nothing is broken, it is just not there. */
      readonly missing: boolean;
      /** Without a full stop. */
      readonly reason: string;
      readonly advice?: string;
    };

export interface Device {
  readonly name: DeviceName;
  /** For people. */
  readonly title: string;
  /** Whether `auto` may take it. */
  readonly automatic: boolean;
  /** Looks without loading native code into this process; never throws. */
  find(): Promise<Presence>;
  /** What a remembered measurement depends on besides this program: version of a package, name of an adapter. */
  readonly identity?: () => string;
  open(): Promise<Runtime>;
}

/** Every device. One more is one entry here: `find` and `open` are all that the rest knows of it. */
export const devices: readonly Device[] = [
  {
    name: 'onnx-cpu',
    title: 'ONNX Runtime on the CPU',
    automatic: true,
    async find() {
      try {
        await import('onnxruntime-node');
        return { usable: true, detail: `threads: ${threadCount()}` };
      } catch (error) {
        return { usable: false, missing: false, reason: describeFailure(error, 'run warmstart doctor').message };
      }
    },
    async open() {
      const { onnxRuntime } = await import('./onnx/onnxRuntime');
      return onnxRuntime(threadCount());
    },
  },
  {
    name: 'webgpu',
    title: 'ONNX Runtime on WebGPU',
    automatic: true,
    async find() {
      const { probeAccelerator } = await import('./probeAccelerator');
      const { usable, software, adapter, reason } = await probeAccelerator('webgpu', {
        program: join(__dirname, 'cli.js'),
      });
      if (!usable)
        return {
          usable,
          missing: adapter === null,
          reason: reason?.replace(/^WebGPU can't be used: /, '') ?? 'it does not train as the CPU does',
        };
      if (software)
        return {
          ...{ usable: false, missing: true },
          reason: `${adapter ?? 'its adapter'} only imitates a GPU on the CPU, which is slower than the CPU itself`,
        };
      return { usable, detail: adapter ?? 'a GPU' };
    },
    async open() {
      const { webgpuRuntime } = await import('./onnx/onnxRuntime');
      return webgpuRuntime();
    },
  },
  {
    name: 'cuda',
    title: 'TensorFlow.js on CUDA',
    automatic: true,
    async find() {
      if (!platformHasCuda())
        return {
          ...{ usable: false, missing: true },
          reason: `${CUDA_PACKAGE} exists for Linux and Windows on x64 only`,
        };
      const found = findCudaPackage();
      if (!found)
        return {
          ...{ usable: false, missing: true },
          reason: `${CUDA_PACKAGE} is not installed`,
          advice: `With an NVIDIA GPU, CUDA 11.2 and cuDNN 8.1: run the editor's command "Warmstart: Install CUDA Runtime", or npm install ${CUDA_PACKAGE}`,
        };
      const probe = await probeDevice('cuda');
      if ('failure' in probe) return { usable: false, missing: false, reason: probe.failure };
      return { usable: true, detail: `${CUDA_PACKAGE} ${found.version}` };
    },
    identity: () => {
      const found = findCudaPackage();
      return found ? `${found.directory} ${found.version}` : '';
    },
    open: openCuda,
  },
  {
    name: 'tfjs-cpu',
    title: 'TensorFlow.js in plain JavaScript',
    automatic: false,
    find: async () => ({ usable: true, detail: 'for checks: hundreds of times slower' }),
    async open() {
      const { tensorflowOnCpu } = await import('./tensorflow/cpuBackend');
      const { tensorflowRuntime } = await import('./tensorflow/tensorflowRuntime');
      return tensorflowRuntime(await tensorflowOnCpu(), 'TensorFlow.js on the CPU (plain JavaScript)');
    },
  },
];

export const deviceNamed = (name: DeviceName): Device => devices.find((device) => device.name === name)!;
