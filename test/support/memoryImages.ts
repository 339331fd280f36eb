import type { UnlabelledImages } from '../../src/engine/data/images';

/** Square grey images held in memory, one after another in `data`. */
export function memoryImages(data: Uint8Array, side: number, mean: number): UnlabelledImages {
  const size = side * side;
  const count = data.length / size;
  return {
    pixels: {
      count,
      channels: 1,
      height: side,
      width: side,
      read: (i, target, offset) => target.set(data.subarray(i * size, (i + 1) * size), offset),
      close: () => {},
    },
    normalisation: { mean: [mean], std: [0.25] },
    indices: Int32Array.from({ length: count }, (_, i) => i),
  };
}
