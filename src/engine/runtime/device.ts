import { onnxRuntime } from './onnx/onnxRuntime';
import type { Runtime } from './runtime';
import { threadCount } from './threads';

/** The runtime that everything uses unless told otherwise. */
export const defaultRuntime = (): Runtime => onnxRuntime(threadCount());
