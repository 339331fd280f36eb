import { evenlySpread } from '../numeric/evenlySpread';
import type { Dataset } from './dataset/type';

/**
 * At most so many of the images that may be trained on, evenly spread; whatever a benchmark holds out, so that what is
 * fitted to them and kept does not depend on who comes first.
 */
export function trainingSample(images: Dataset['images'], most: number): Int32Array {
  const train = Int32Array.from(images.keys()).filter((i) => images[i].split === 'train');
  return evenlySpread(train.length, most).map((i) => train[i]);
}
