import { grantedCores } from '../../granted';
import type { AcceleratorName } from '../device/device';
import type { Runtime } from '../runtime';
import { acceleratorProvider, cpuProvider, type Provider } from './provider';
import { ReplicatedStep } from './replicas/replicatedStep';
import { compileInputGradients, compileScorer } from './scoring';
import { OnnxTrainingStep } from './trainingStep';

/** Training and scoring with ONNX Runtime's CPU provider. */
export function onnxRuntime(threads = grantedCores()): Runtime {
  const runtime = runtimeOn(cpuProvider(threads));
  return {
    ...runtime,
    compileStep(network, state, { replicas = 1, ...options }, job) {
      if (replicas === 1) return runtime.compileStep(network, state, options, job);
      return ReplicatedStep.compile(threads, network, state, { ...options, replicas });
    },
  };
}

/**
 * The same on another execution provider that onnxruntime-node brings or finds on this machine: WebGPU (Dawn: Vulkan, Metal,
 * Direct3D 12) is inside the same binary. Parameters and velocities stay on its device between steps. Whether there is one
 * tells `probeAccelerator`; where there is none, compiling throws. `adapter`: its name for people.
 */
export const acceleratorRuntime = (name: AcceleratorName, adapter?: string): Runtime =>
  runtimeOn(acceleratorProvider(name, adapter));

const runtimeOn = (provider: Provider): Runtime => ({
  description: provider.description,
  compileStep: (...request) => OnnxTrainingStep.compile(provider, ...request),
  compileScorer: (...request) => compileScorer(provider, ...request),
  compileInputGradients: (...request) => compileInputGradients(provider, ...request),
});
