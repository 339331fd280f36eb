import type { Dataset } from '../../src/engine/data/dataset/type';
import { inputOf } from '../../src/engine/data/images';
import { createEncoder } from '../../src/engine/features/encoder';
import { writeEncoder } from '../../src/engine/features/encoderFile';

/** Gives a dataset an encoder that passes for a pre-trained one, by default for one that has learnt: random weights, as the file of one. */
export async function writtenEncoder({ directory, file, pixels, train }: Dataset, uniformity = -3.5): Promise<void> {
  const input = inputOf(pixels);
  await writeEncoder(directory, createEncoder('small', input, 3).parameters, {
    encoder: 'small',
    preset: 'quick',
    seed: 3,
    input,
    options: {},
    device: 'test',
    images: train.length,
    dataset: file.digest,
    epochs: 1,
    steps: 1,
    seconds: 1,
    imagesPerSecond: 1,
    history: [],
    health: { alignment: 1, uniformity, effectiveRank: 2 },
  });
}
