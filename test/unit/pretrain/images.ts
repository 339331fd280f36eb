import type { UnlabelledImages } from '../../../src/engine/data/images';
import { Random } from '../../../src/engine/numeric/random';
import { memoryImages } from '../../support/memoryImages';

/** Random grey blobs on a gradient: enough structure for a contrastive loss to fall. */
export function blobImages(count: number, side: number, seed = 0): UnlabelledImages {
  const random = Random.stream(seed, 'blobs');
  const size = side * side;
  const data = new Uint8Array(count * size);
  for (let i = 0; i < count; i++) {
    const [cx, cy] = [random.between(0, side), random.between(0, side)];
    const radius = random.between(2, side / 2);
    for (let y = 0; y < side; y++)
      for (let x = 0; x < side; x++)
        data[i * size + y * side + x] = (Math.hypot(x - cx, y - cy) < radius ? 200 : 60) + 2 * y + random.integer(20);
  }
  return memoryImages(data, side, 0.4);
}
