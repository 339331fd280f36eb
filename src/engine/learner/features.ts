import { writePlain } from '../augment/views';
import type { Normalisation, PixelStore } from '../data/images';
import { breathe, type Job } from '../job';
import { type Matrix, matrix } from '../matrix';
import { activationShapes } from '../network/definitions';
import { outputOf } from '../network/network';
import { defaultRuntime } from '../runtime/device';
import type { Runtime } from '../runtime/runtime';
import type { Encoder } from './learner';

/** Images that are scored between two looks at the cancel signal. */
const CHUNK = 64;

/**
 * Features of images under an encoder, [n × d]: un-augmented, with running statistics, so the same whatever is scored
 * beside them.
 */
export async function extractFeatures(
  encoder: Encoder,
  pixels: PixelStore,
  normalisation: Normalisation,
  indices: Int32Array,
  job: Job,
  runtime: Runtime = defaultRuntime(),
): Promise<Matrix<Float32Array>> {
  const output = outputOf(encoder.network);
  const [dimensions] = activationShapes(encoder.network).get(output)!;
  const features = new Float32Array(indices.length * dimensions);
  const scorer = await runtime.compileScorer(encoder.network, encoder.parameters, [output]);
  try {
    const size = pixels.channels * pixels.height * pixels.width;
    const source = new Uint8Array(size);
    const images = new Float32Array(Math.min(CHUNK, indices.length) * size);
    for (let from = 0; from < indices.length; from += CHUNK) {
      const n = Math.min(CHUNK, indices.length - from);
      for (let i = 0; i < n; i++) {
        pixels.read(indices[from + i], source, 0);
        writePlain(source, pixels, normalisation, images, i * size);
      }
      const scored = await scorer.run(images.subarray(0, n * size), n);
      features.set(scored.get(output)!, from * dimensions);
      job.report({ stage: 'Extracting features', done: from + n, total: indices.length, unit: 'images' });
      await breathe(job);
    }
  } finally {
    await scorer.dispose();
  }
  return matrix(indices.length, dimensions, features);
}
