import { availableParallelism } from 'node:os';
import type { AcceleratorName } from '../accelerators';
import type { Runtime } from '../runtime';
import { acceleratorProvider, cpuProvider, type Provider } from './provider';
import { compileInputGradients, compileScorer } from './scoring';
import { OnnxTrainingStep } from './trainingStep';

/** Training and scoring with ONNX Runtime's CPU provider. */
export const onnxRuntime = (threads = availableParallelism()): Runtime => runtimeOn(cpuProvider(threads));

/**
 * The same on a GPU, with the WebGPU provider (Dawn: Vulkan, Metal, Direct3D 12) that is inside the same binary. Parameters
 * and velocities stay on the device between steps. Whether there is an adapter tells `probeAccelerator`; where there is
 * none, compiling throws. `adapter`: its name for people.
 */
export const webgpuRuntime = (adapter?: string): Runtime => acceleratorRuntime('webgpu', adapter);

/** The same on any other execution provider that onnxruntime-node brings or finds on this machine. */
export const acceleratorRuntime = (name: AcceleratorName, adapter?: string): Runtime =>
  runtimeOn(acceleratorProvider(name, adapter));

const runtimeOn = (provider: Provider): Runtime => ({
  description: provider.description,
  compileStep: (...request) => OnnxTrainingStep.compile(provider, ...request),
  compileScorer: (...request) => compileScorer(provider, ...request),
  compileInputGradients: (...request) => compileInputGradients(provider, ...request),
});
