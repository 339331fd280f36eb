import { type AcceleratorName, acceleratorNames } from '../device/device';
import type { Dialect } from './graphBuilder';
import { InferenceSession } from './library';

/** An execution provider of ONNX Runtime as the runtime uses it. */
export interface Provider {
  /** For people: what runs where. */
  readonly description: string;
  readonly dialect: Dialect;
  /** Whether outputs can stay on the device and be fed back as inputs; elsewhere they pass through the CPU's memory. */
  readonly keepsState: boolean;
  /** Whether a session's first run compiles shaders, which takes seconds. */
  readonly compilesShaders: boolean;
  /** `resident`: outputs that stay on the device, where the provider can do that. */
  /** `model`: its bytes, or the path of its file, beside which its weights may lie. */
  open(model: Uint8Array | string, resident?: readonly string[]): Promise<InferenceSession>;
}

// planned memory comes on top of what the first run took: twice the memory for no measurable speed
const common = { graphOptimizationLevel: 'all', enableMemPattern: false } as const;

/** The library tells paths and bytes apart only in its types. */
const create = InferenceSession.create as (
  model: Uint8Array | string,
  options: InferenceSession.SessionOptions,
) => Promise<InferenceSession>;

/**
 * `waits`: threads that have nothing to do sleep instead of spinning, which would take a core from others who work between
 * the runs of its sessions.
 */
export function cpuProvider(threads: number, { waits = false } = {}): Provider {
  return {
    description: `ONNX Runtime on ${threads} CPU thread${threads === 1 ? '' : 's'}`,
    dialect: 'cpu',
    keepsState: false,
    compilesShaders: false,
    open: (model) =>
      create(model, {
        ...common,
        executionProviders: ['cpu'],
        intraOpNumThreads: threads,
        interOpNumThreads: 1,
        ...(waits && { extra: { session: { intra_op: { allow_spinning: '0' } } } }),
      }),
  };
}

/**
 * Shaders check where they read and write: without that a shader of ONNX Runtime 1.30 reads far outside its buffers in
 * training steps, which a software adapter answers by ending the process.
 */
export const webgpuOption: InferenceSession.WebGpuExecutionProviderOption & { readonly enableRobustness: boolean } = {
  name: 'webgpu',
  enableRobustness: true,
};

/** `adapter`: the device's name as its driver gives it. */
export function acceleratorProvider(name: AcceleratorName, adapter?: string): Provider {
  const keepsState = name === 'webgpu';
  return {
    description: `ONNX Runtime, ${acceleratorNames[name]}${adapter ? ` on ${adapter}` : ''}`,
    dialect: 'gpu',
    keepsState,
    compilesShaders: name === 'webgpu',
    open: (model, resident = []) =>
      create(model, {
        ...common,
        executionProviders: [name === 'webgpu' ? webgpuOption : name],
        executionMode: 'sequential', // the only one that DirectML knows
        ...(keepsState && { preferredOutputLocation: locations(resident) }),
      }),
  };
}

/** Outputs that are not named come back to the CPU. */
const locations = (resident: readonly string[]) =>
  Object.fromEntries(resident.map((output) => [output, 'gpu-buffer' as const]));
