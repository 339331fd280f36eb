import type { Dataset } from '../data/dataset/type';
import { inputError } from '../errors';
import { Random } from '../numeric/random';

/** Where answers come from. Indices refer to `dataset.images`, values to the class list; no answer means not (yet) known. */
export interface LabelSource {
  answer(indices: Int32Array): Promise<ReadonlyMap<number, number>>;
}

/** Answers from the labels that the dataset's layout tells (class folders, csv). */
export function oracle(dataset: Pick<Dataset, 'name' | 'images'>): LabelSource {
  if (!dataset.images.some((image) => image.split === 'train' && image.label !== null))
    throw inputError(
      `Dataset ${dataset.name} has no known labels to answer from; label it in the panel or with --from labels.csv.`,
    );
  return {
    async answer(indices) {
      const known = [...indices].flatMap((i) => {
        const { label } = dataset.images[i];
        return label === null ? [] : [[i, label] as const];
      });
      return new Map(known);
    },
  };
}

/**
 * A noisy oracle: every answer is drawn from the votes that people gave the image. Its own random stream makes the answer
 * depend on seed and image alone, so that all strategies of a seed get the same. Images without votes are answered by
 * their known label.
 * @param shares image index → share of the votes of each class, summing to 1.
 */
export function voters(
  dataset: Pick<Dataset, 'name' | 'images'>,
  shares: ReadonlyMap<number, ArrayLike<number>>,
  seed: number,
): LabelSource {
  const known = oracle(dataset);
  return {
    async answer(indices) {
      const answers = new Map(await known.answer(indices));
      for (const i of indices) {
        const votes = shares.get(i);
        if (votes) answers.set(i, draw(votes, Random.stream(seed, `votes/${dataset.images[i].id}`).uniform()));
      }
      return answers;
    },
  };
}

/** The class in whose part of [0, 1) a number falls. */
function draw(shares: ArrayLike<number>, at: number): number {
  let sum = 0;
  let last = 0;
  for (let c = 0; c < shares.length; c++) {
    if (shares[c] === 0) continue;
    last = c; // rounding may leave the sum just below 1
    sum += shares[c];
    if (at < sum) return c;
  }
  return last;
}
