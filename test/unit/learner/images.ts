import type { UnlabelledImages } from '../../../src/engine/data/images';
import { Random } from '../../../src/engine/random';

/** Noisy horizontal (class 0) and vertical (class 1) stripes, in random order. */
export function stripeImages(count: number, side: number): UnlabelledImages & { labels: Int32Array } {
  const random = Random.stream(4, 'stripes');
  const size = side * side;
  const data = new Uint8Array(count * size);
  const labels = Int32Array.from({ length: count }, () => random.integer(2));
  for (let i = 0; i < count; i++) {
    const phase = random.integer(4);
    for (let y = 0; y < side; y++)
      for (let x = 0; x < side; x++) {
        const along = labels[i] === 0 ? y : x;
        data[i * size + y * side + x] = ((along + phase) % 4 < 2 ? 180 : 50) + random.integer(40);
      }
  }
  return {
    labels,
    pixels: {
      count,
      channels: 1,
      height: side,
      width: side,
      read: (i, target, offset) => target.set(data.subarray(i * size, (i + 1) * size), offset),
      close: () => {},
    },
    normalisation: { mean: [0.5], std: [0.25] },
    indices: Int32Array.from({ length: count }, (_, i) => i),
  };
}
