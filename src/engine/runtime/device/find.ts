import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describeFailure } from '../../describeFailure';
import type { Runtime } from '../runtime';
import { CUDA_PACKAGE, findCudaPackage, openCuda, platformHasCuda } from '../tensorflow/cudaPackage';
import { threadCount } from '../threads';
import { type AcceleratorName, acceleratorNames, CPU_DEVICE, type DeviceName } from './device';
import { probeAccelerator, probeDevice } from './probe';

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
  /** `detail` is what `find` said of it. */
  open(detail?: string): Promise<Runtime>;
}

/** One of ONNX Runtime's execution providers; `missing` says without a look at the device why it can't be there. */
const accelerated = (
  name: DeviceName,
  accelerator: AcceleratorName,
  missing: () => string | null = () => null,
): Device => ({
  name,
  title: `ONNX Runtime on ${acceleratorNames[accelerator]}`,
  automatic: true,
  async find() {
    const reason = missing();
    if (reason !== null) return { usable: false, missing: true, reason };
    const probe = await probeAccelerator(accelerator);
    if (!probe.usable)
      return {
        usable: false,
        missing: probe.adapter === null,
        reason: probe.reason?.replace(/^\w+ can't be used: /, '') ?? 'it does not train as the CPU does',
      };
    if (probe.software)
      return {
        usable: false,
        missing: true,
        reason: `${probe.adapter ?? 'its adapter'} only imitates a GPU on the CPU, which is slower than the CPU itself`,
      };
    return { usable: true, detail: probe.adapter ?? 'a GPU' };
  },
  async open(detail) {
    const { acceleratorRuntime } = await import('../onnx/onnxRuntime');
    return acceleratorRuntime(accelerator, detail);
  },
});

const only = (platform: NodeJS.Platform, name: string, where: string) => () =>
  process.platform === platform ? null : `${name} exists on ${where} only`;

/** onnxruntime-node's tarball has no CUDA; its install script fetches it, where it is allowed to. */
function missingCudaProvider(): string | null {
  try {
    const bin = join(dirname(createRequire(__filename).resolve('onnxruntime-node')), '..', 'bin');
    const file = process.platform === 'win32' ? 'onnxruntime_providers_cuda.dll' : 'libonnxruntime_providers_cuda.so';
    const places = readdirSync(bin).map((napi) => join(bin, napi, process.platform, process.arch, file));
    return places.some((path) => existsSync(path))
      ? null
      : "ONNX Runtime's CUDA libraries are not installed; WebGPU reaches the same GPU without them";
  } catch {
    return null; // the probe tells
  }
}

/** Every device. One more is one entry here: `find` and `open` are all that the rest knows of it. */
export const devices: readonly Device[] = [
  {
    name: CPU_DEVICE,
    title: 'ONNX Runtime on the CPU',
    automatic: true,
    async find() {
      try {
        await import('../onnx/library');
        return { usable: true, detail: `threads: ${threadCount()}` };
      } catch (error) {
        return { usable: false, missing: false, reason: describeFailure(error, 'run warmstart doctor').message };
      }
    },
    async open() {
      const { onnxRuntime } = await import('../onnx/onnxRuntime');
      return onnxRuntime(threadCount());
    },
  },
  accelerated('webgpu', 'webgpu'),
  accelerated('directml', 'dml', only('win32', 'DirectML', 'Windows')),
  accelerated('coreml', 'coreml', only('darwin', 'CoreML', 'macOS')),
  accelerated('onnx-cuda', 'cuda', missingCudaProvider),
  {
    name: 'cuda',
    title: 'TensorFlow.js on CUDA',
    automatic: true,
    async find() {
      if (!platformHasCuda())
        return {
          usable: false,
          missing: true,
          reason: `${CUDA_PACKAGE} exists for Linux and Windows on x64 only`,
        };
      const found = findCudaPackage();
      if (!found)
        return {
          usable: false,
          missing: true,
          reason: `${CUDA_PACKAGE} is not installed`,
          advice: `With an NVIDIA GPU, CUDA 11.2 and cuDNN 8.1: run the editor's command "Warmstart: Install CUDA Runtime", or npm install ${CUDA_PACKAGE}`,
        };
      const probe = await probeDevice('cuda');
      if ('failure' in probe) return { usable: false, missing: false, reason: probe.failure };
      return { usable: true, detail: `${CUDA_PACKAGE} ${found.version}` };
    },
    open: () => openCuda(),
  },
  {
    name: 'tfjs-cpu',
    title: 'TensorFlow.js in plain JavaScript',
    automatic: false,
    find: async () => ({ usable: true, detail: 'for checks: hundreds of times slower' }),
    async open() {
      const { tensorflowOnCpu } = await import('../tensorflow/cpuBackend');
      const { tensorflowRuntime } = await import('../tensorflow/tensorflowRuntime');
      return tensorflowRuntime(await tensorflowOnCpu(), 'TensorFlow.js on the CPU (plain JavaScript)');
    },
  },
];

export const deviceNamed = (name: DeviceName): Device => devices.find((device) => device.name === name)!;
