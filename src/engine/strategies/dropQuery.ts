import * as z from 'zod';
import { centralPoints } from '../geometry/centralPoints';
import type { Job } from '../job';
import { type LinearHead, logits } from '../numeric/linearHead';
import { type Matrix, matrix, row, stackedUnitRows, takeRows, unitRows, type Vector } from '../numeric/matrix';
import { argmax } from '../numeric/probabilities';
import type { Random } from '../numeric/random';
import { pacer } from '../pacer';
import { defineStrategy, type Pick } from './define';
import { centralPick } from './kMeans';

const CANDIDATES = 25; // for each image asked for, before the bar is lowered

/**
 * DropQuery: images whose predicted class changes in more than half of the passes in which a random part of their features
 * is hidden from the head are candidates; of these it takes the ones nearest to the centres of k-means clusters, one for
 * each image asked for, on vectors of length 1. While there are fewer than 25 candidates for each image asked for, fewer
 * changes suffice, down to one; images drawn by chance make up what is still missing then. The score is the share of passes
 * in which the class changed.
 * Without a model to ask, in the first round, it is `kMeans` on the features.
 * Options: `rate` (0.75), the probability that a feature is hidden, and `passes` (3).
 * S. R. Gupte, J. Aklilu, J. J. Nirschl, S. Yeung-Levy, "Revisiting active learning in the era of vision foundation
 * models", TMLR 2024, section 4, and its released code (the lowered bar).
 */
export const dropQuery = defineStrategy({
  name: 'dropQuery',
  title: 'DropQuery',
  hint: 'guesses that change when features are hidden',
  about: 'unlike images whose guess changes when part of the features is hidden',
  source: 'Gupte et al. 2024',
  needs: ['features', 'labelledFeatures'],
  uses: ['head'],
  options: z.strictObject({
    rate: z.number().min(0).lt(1).default(0.75),
    passes: z.int().min(1).max(1000).default(3),
  }),
  async select({ poolSize, features, labelledFeatures, head, className }, { k, options, random, job }) {
    if (head === undefined) {
      const central = await centralPoints(stackedUnitRows(features, labelledFeatures), poolSize, k, random, job);
      return central.map(centralPick);
    }
    const { rate, passes } = options;
    const guesses = await countChanges({ features, head, rate, passes }, random, job);
    const { candidates, byChance } = candidatesOf(guesses.changes, k, passes, random);
    const central = candidates.length <= k ? candidates : await centralOf(features, candidates, k, random, job);
    const picked = (index: number): Pick => {
      const changes = guesses.changes[index];
      const guess = className(guesses.classes[index]);
      return { index, score: changes / passes, reason: reasonFor(changes, passes, guess) };
    };
    return [...central, ...byChance].map(picked);
  },
});

function reasonFor(changes: number, passes: number, guess: string): string {
  if (changes === 0) return `drawn by chance; the guess (${guess}) never changed when parts were hidden`;
  return `the guess (${guess}) changed ${changes} of ${passes} times when parts were hidden`;
}

export interface ChangesRequest {
  readonly features: Matrix;
  readonly head: LinearHead;
  readonly rate: number;
  readonly passes: number;
}

/**
 * The class the head predicts for every image and in how many passes it predicts another one under inverted dropout on the
 * features: each is kept with probability 1 − rate and then divided by it (N. Srivastava et al., JMLR 2014).
 */
export async function countChanges(
  { features, head, rate, passes }: ChangesRequest,
  random: Random,
  job: Job,
): Promise<{ classes: Int32Array; changes: Int32Array }> {
  const n = features.rows;
  const step = pacer(job, 'Hiding parts of the features', n * passes, 'images');
  const likeliest = (x: Vector) => argmax(logits(head, matrix(1, x.length, x)).data);
  const classes = Int32Array.from({ length: n }, (_, i) => likeliest(row(features, i)));
  const changes = new Int32Array(n);
  const kept = new Float64Array(features.columns);
  for (let pass = 0; pass < passes; pass++) {
    for (let i = 0; i < n; i++) {
      await step(pass * n + i);
      const x = row(features, i);
      for (let j = 0; j < kept.length; j++) kept[j] = random.chance(rate) ? 0 : x[j] / (1 - rate);
      if (likeliest(kept) !== classes[i]) changes[i]++;
    }
  }
  return { classes, changes };
}

/** The images to choose from, ascending, and, where these are fewer than k, others drawn by chance. */
export function candidatesOf(
  changes: Int32Array,
  k: number,
  passes: number,
  random: Random,
): { candidates: number[]; byChance: number[] } {
  let bar = Math.floor(passes / 2) + 1; // more than half
  const reached = (): number[] => Array.from(changes.keys()).filter((i) => changes[i] >= bar);
  let candidates = reached();
  while (candidates.length < CANDIDATES * k && bar > 1) {
    bar--;
    candidates = reached();
  }
  if (candidates.length >= k) return { candidates, byChance: [] };
  const others = Array.from(changes.keys()).filter((i) => changes[i] < bar);
  return { candidates, byChance: random.shuffle(others).slice(0, k - candidates.length) };
}

async function centralOf(
  features: Matrix,
  candidates: readonly number[],
  k: number,
  random: Random,
  job: Job,
): Promise<number[]> {
  const central = await centralPoints(unitRows(takeRows(features, candidates)), candidates.length, k, random, job);
  return central.map(({ index }) => candidates[index]);
}
