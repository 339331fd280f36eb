/** ONNX Runtime's execution providers other than the CPU's, as onnxruntime-node names them, with a name for people. */
export const acceleratorNames = {
  webgpu: 'WebGPU',
  cuda: 'CUDA',
  dml: 'DirectML',
  coreml: 'CoreML',
} as const;

export type AcceleratorName = keyof typeof acceleratorNames;

/** The hidden command of the command line that makes it the process of one probe. */
export const PROBE_COMMAND = 'probe-accelerator';

/** What a probe's process answers, on the last line of stdout; without `failure` all went well. */
export interface ProbeAnswer {
  readonly failure?: string;
}

/** `open`: is there a device at all; `train`: does it train as the CPU does. */
export type ProbeDepth = 'open' | 'train';
