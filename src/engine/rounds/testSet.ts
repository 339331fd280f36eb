import type { RoundFile } from '../../shared/schema/round';
import { heldOutImages } from '../../shared/workspace/heldOut';
import type { Dataset } from '../data/dataset/type';
import { inputError } from '../errors';
import { encoderStampOf } from '../features/digest';
import { leadOf } from '../features/encoder';
import { openProduct } from '../features/kinds';
import type { Job } from '../job';
import { Random } from '../numeric/random';
import { plural } from '../text/plural';
import { trainingLabels } from './answered';
import { readUsableLabels } from './labelFiles';
import { addRound } from './roundFiles';

export interface TestSetWish {
  readonly images: number;
  readonly seed: number;
}

/** Images that stay to be learnt from, for each one of a test set. */
const LEFT_FOR_EACH = 1;

/**
 * Draws a test set: a round of its own, at random from all training images, also from those that have labels already, for a sample of the
 * others alone would tell nothing of them. Its images are never trained on from then on, whoever labelled them, and when.
 */
export async function drawTestSet(dataset: Dataset, { images, seed }: TestSetWish, job: Job): Promise<RoundFile> {
  if (dataset.test.length > 0)
    throw inputError(
      `Dataset ${dataset.name} has a test split of ${plural(dataset.test.length, 'labelled image')}, on which accuracy is measured; it needs no test set.`,
    );
  const { features } = await openProduct(dataset, job);
  return addRound(
    dataset,
    async (rounds) => {
      const merged = await readUsableLabels(dataset, job);
      const held = heldOutImages(rounds);
      const candidates = dataset.train.filter((i) => !held.has(dataset.images[i].id)).sort();
      if (images * (1 + LEFT_FOR_EACH) > candidates.length)
        throw inputError(
          `A test set of ${images} is more than half of the ${plural(candidates.length, 'image')} that dataset ${dataset.name} can learn from; take ${Math.floor(candidates.length / (1 + LEFT_FOR_EACH))} at most.`,
        );
      const round = (rounds.at(-1)?.round ?? 0) + 1;
      const order = Random.stream(seed, `test/${round}`).permutation(candidates.length);
      return {
        schema: 3,
        purpose: 'test',
        round,
        strategy: 'random',
        options: {},
        seed,
        budget: images,
        dataset: { name: dataset.name, digest: dataset.file.digest },
        encoder: encoderStampOf(leadOf(features)),
        model: null,
        labelled: trainingLabels(dataset, merged).size,
        pool: candidates.length,
        picks: Array.from(order.subarray(0, images), (p) => ({
          image: dataset.images[candidates[p]].id,
          score: null,
          reason: 'drawn at random for the test set',
        })),
      };
    },
    job.signal,
  );
}
