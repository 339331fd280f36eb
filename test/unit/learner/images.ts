import type { UnlabelledImages } from '../../../src/engine/data/images';
import { Random } from '../../../src/engine/numeric/random';
import { memoryImages } from '../../support/memoryImages';

/** Noisy images that are bright on the left (class 0) or on the right (class 1). */
export function sidedImages(count: number, side: number): UnlabelledImages & { labels: Int32Array } {
  const random = Random.stream(4, 'sides');
  const labels = Int32Array.from({ length: count }, () => random.integer(2));
  const data = Uint8Array.from({ length: count * side * side }, (_, at) => {
    const isLeft = at % side < side / 2;
    return (isLeft === (labels[Math.floor(at / (side * side))] === 0) ? 180 : 50) + random.integer(40);
  });
  return { labels, ...memoryImages(data, side, 0.5) };
}

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
  return { labels, ...memoryImages(data, side, 0.5) };
}
