import { elements } from '../../../numeric/shape';

/** Tensors of floats by name, one behind another in memory that threads share. */
export interface SharedTensors {
  readonly buffer: SharedArrayBuffer;
  readonly shapes: ReadonlyMap<string, readonly number[]>;
}

/** Zeros in memory for tensors of the given shapes. */
export function sharedTensors(shapes: ReadonlyMap<string, readonly number[]>): SharedTensors {
  let length = 0;
  for (const shape of shapes.values()) length += elements(shape);
  return { buffer: new SharedArrayBuffer(length * Float32Array.BYTES_PER_ELEMENT), shapes };
}

/** The tensors themselves: views of the memory, which every thread sees. ONNX Runtime takes none of them. */
export function viewsOf({ buffer, shapes }: SharedTensors): Map<string, Float32Array> {
  const views = new Map<string, Float32Array>();
  let at = 0;
  for (const [name, shape] of shapes) {
    views.set(name, new Float32Array(buffer, at, elements(shape)));
    at += elements(shape) * Float32Array.BYTES_PER_ELEMENT;
  }
  return views;
}
