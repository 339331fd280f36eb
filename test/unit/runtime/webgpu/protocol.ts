/** Checks that run in a process of their own: a driver may take its process with it. */
export const checks = [
  'smallGradients',
  'resnetGradients',
  'mobileGradients',
  'smallSteps',
  'resnetSteps',
  'scoring',
  'encoders',
  'memory',
] as const;
export type Check = (typeof checks)[number];

/** Largest relative differences between the WebGPU provider and the CPU provider; what a check doesn't look at is left out. */
export interface Measured {
  /** |a − b| / |b| of the worst loss. */
  readonly loss?: number;
  /** ‖a − b‖ / ‖b‖ of the worst tensor. */
  readonly gradients?: number;
  readonly parameters?: number;
  readonly outputs?: number;
  readonly inputGradients?: number;
  /** Resident memory (MiB) of the process, which holds a software device's buffers too, by number of steps done. */
  readonly memory?: readonly { readonly steps: number; readonly mebibytes: number }[];
  /** Progress stages that were reported. */
  readonly stages?: readonly string[];
}
