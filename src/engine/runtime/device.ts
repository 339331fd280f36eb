import { availableParallelism } from 'node:os';
import { onnxRuntime } from './onnx/onnxRuntime';
import type { Runtime } from './runtime';

/** Threads for numeric work: WARMSTART_THREADS, else one a core. */
export function threadCount(): number {
  const wanted = Number(process.env.WARMSTART_THREADS);
  return Number.isInteger(wanted) && wanted > 0 ? wanted : availableParallelism();
}

/** The runtime that everything uses unless told otherwise. */
export const defaultRuntime = (): Runtime => onnxRuntime(threadCount());
