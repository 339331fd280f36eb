import { writePlain } from '../augment/views';
import type { Normalisation, PixelStore } from '../data/images';
import { type DeepFoolOptions, deepFool, type Perturbations } from '../geometry/deepFool';
import { breathe, type Job } from '../job';
import { ImageClassifier } from './imageClassifier';
import type { NetworkModel } from './model';

export interface AttackRequest extends DeepFoolOptions {
  readonly pixels: PixelStore;
  readonly normalisation: Normalisation;
  readonly model: NetworkModel;
  /** Images to attack. */
  readonly indices: Int32Array;
}

/**
 * DeepFool on a trained network, from pixel to logit and as in scoring: running statistics, no dropout, un-augmented
 * images. Changes are measured in normalised pixels, as the network sees them; they may leave the range of real pixels, as
 * in the method's definition.
 */
export async function attackImages(request: AttackRequest, job: Job): Promise<Perturbations> {
  const { pixels, normalisation, indices } = request;
  const classifier = await ImageClassifier.compile(request.model, job);
  try {
    const source = new Uint8Array(classifier.size);
    const image = new Float32Array(classifier.size);
    return await deepFool({
      classifier,
      count: indices.length,
      maxIterations: request.maxIterations,
      overshoot: request.overshoot,
      read(i, target) {
        pixels.read(indices[i], source, 0);
        writePlain(source, pixels, normalisation, image, 0);
        target.set(image);
      },
      async step(done) {
        job.report({ stage: 'Attacking images', done, total: indices.length, unit: 'images' });
        await breathe(job);
      },
    });
  } finally {
    await classifier.dispose();
  }
}
