import { emptyPicture, writePlain } from '../augment/views';
import type { PixelStore, UnlabelledImages } from '../data/images';
import { breathe, type Job } from '../job';
import { activationShapes } from '../network/definitions';
import { outputOf } from '../network/network';
import { type Matrix, matrix } from '../numeric/matrix';
import { defaultDevices } from '../runtime/device/choose';
import type { DevicePair } from '../runtime/devicePair';
import { type ImageDescriptor, isNetwork, type NetworkEncoder, type PixelEncoder } from './encoder';

/** Images that are scored between two looks at the cancel signal. */
const CHUNK = 64;

/**
 * Features of images under an encoder, [n × d]: un-augmented, with running statistics, so the same whatever is scored
 * beside them.
 */
export async function extractFeatures(
  encoder: PixelEncoder,
  images: UnlabelledImages,
  job: Job,
  devices?: DevicePair,
): Promise<Matrix<Float32Array>> {
  const { indices } = images;
  const most = Math.min(CHUNK, indices.length);
  const extractor = isNetwork(encoder)
    ? await networkExtractor(encoder, images, most, devices ?? (await defaultDevices(encoder.network)), job)
    : descriptorExtractor(encoder, images.pixels, most);
  const { dimensions } = extractor;
  const features = new Float32Array(indices.length * dimensions);
  try {
    for (let from = 0; from < indices.length; from += CHUNK) {
      const chunk = indices.subarray(from, from + CHUNK);
      features.set(await extractor.run(chunk), from * dimensions);
      job.report({ stage: 'Extracting features', done: from + chunk.length, total: indices.length, unit: 'images' });
      await breathe(job);
    }
  } finally {
    await extractor.dispose();
  }
  return matrix(indices.length, dimensions, features);
}

interface Extractor {
  readonly dimensions: number;
  /** Features of at most as many images as it was made for, [n × dimensions]; may be overwritten by the next run. */
  run(indices: Int32Array): Promise<Float32Array>;
  dispose(): Promise<void>;
}

async function networkExtractor(
  { network, parameters, mirrored = false }: NetworkEncoder,
  { pixels, normalisation }: Pick<UnlabelledImages, 'pixels' | 'normalisation'>,
  most: number,
  devices: DevicePair,
  job: Job,
): Promise<Extractor> {
  const output = outputOf(network);
  const [dimensions] = activationShapes(network).get(output)!;
  const scorer = await devices.compileScorer(network, parameters, [output], job);
  const picture = emptyPicture(pixels, normalisation);
  const size = picture.bytes.length;
  const views = mirrored ? [false, true] : [false];
  const images = new Float32Array(views.length * most * size);
  return {
    dimensions,
    async run(indices) {
      const n = indices.length;
      for (const [i, index] of indices.entries()) {
        pixels.read(index, picture.bytes, 0);
        for (const [v, isMirrored] of views.entries()) writePlain(picture, images, (v * n + i) * size, isMirrored);
      }
      const count = views.length * n;
      const rows = (await scorer.run(images.subarray(0, count * size), count)).get(output)!;
      return mirrored ? halvesAveraged(rows) : rows;
    },
    dispose: () => scorer.dispose(),
  };
}

/** The mean of the first and the second half, element by element. */
export function halvesAveraged(values: Float32Array): Float32Array {
  const half = values.length / 2;
  return Float32Array.from({ length: half }, (_, i) => (values[i] + values[half + i]) / 2);
}

function descriptorExtractor(descriptor: ImageDescriptor, pixels: PixelStore, most: number): Extractor {
  const { channels, height, width } = pixels;
  if (channels !== 1 && channels !== 3) throw new RangeError(`Images have 1 or 3 channels, not ${channels}.`);
  const { dimensions, describe } = descriptor.forImages({ channels, height, width });
  const source = new Uint8Array(channels * height * width);
  const features = new Float32Array(most * dimensions);
  return {
    dimensions,
    async run(indices) {
      for (const [i, index] of indices.entries()) {
        pixels.read(index, source, 0);
        describe(source, features, i * dimensions);
      }
      return features.subarray(0, indices.length * dimensions);
    },
    async dispose() {},
  };
}
