import * as z from 'zod';
import { herdPool } from '../geometry/poolHerding';
import { forEachProductRow } from '../geometry/products';
import type { Job } from '../job';
import { heldOutTemperature } from '../learner/calibration';
import { type Matrix, row, unitRows, type Vector } from '../numeric/matrix';
import { topTwo } from '../numeric/probabilities';
import { Random } from '../numeric/random';
import { unitSquaredLengths } from '../numeric/vectors';
import { pacer } from '../pacer';
import type { View } from './context';
import { defineStrategy } from './define';
import { coverageReason } from './picks';

const adaptive = z.literal('adaptive');
const options = z.strictObject({
  radius: z.union([z.number().positive(), adaptive], "expected a number above 0 or 'adaptive'").default(1),
  temperature: z
    .union([z.number().positive(), adaptive], "expected a number above 0 or 'adaptive'")
    .default('adaptive'),
});

/**
 * Uncertainty herding: greedily the images that raise the coverage of what the model is unsure of,
 * mean_x U(x) max_{l ∈ L} exp(−‖x − l‖² / σ²), on vectors of length 1. U(x) = 1 − (p₁ − p₂) with the two largest class
 * probabilities of softmax(logits / T); the score is the rise. While nothing is labelled, or there is no model, U is 1 and
 * this is MaxHerding.
 *
 * `temperature` 'adaptive' (default): T ∈ {1.0, 1.1 … 19.9} with the smallest calibration error on 30 % of the labelled
 * images, under a probe fitted on the other 70 %; a number fixes T. The split is always the same for the same labelled
 * images. The probe sees the vectors in which coverage is measured: of the pre-trained encoder where there is one, since
 * features fine-tuned on all labels would make the held-out images look known. Below four labels U is 1, the limit of a
 * large T.
 *
 * `radius` 1 (default) or another number fixes σ; 'adaptive' is the published rule, the smallest distance above 0
 * between two labelled images, at least 0.05 (the published rule has no floor; near-duplicates would make σ vanish).
 * On FER2013 the adaptive radius shrinks too fast and was below random for hundreds of labels; hence the default.
 *
 * Of more than 50,000 images they are chosen from a sample (see `herdPool`).
 *
 * W. Bae, G. L. Oliveira, D. J. Sutherland, "Uncertainty herding: one active learning method for all label budgets",
 * ICLR 2025.
 */
export const uncertaintyHerding = defineStrategy({
  name: 'uncertaintyHerding',
  title: 'Uncertainty Herding',
  hint: 'covers what the model is unsure of',
  about: 'the images that stand for many others of which the model is unsure',
  source: 'Bae et al. 2025',
  needs: ['representation', 'labelledRepresentation', 'labelledLabels'],
  uses: ['probabilities'],
  options: options,
  async select(context, { k, options: { radius, temperature }, random, job }) {
    const { representation: pool, labelledRepresentation: labelled, probabilities, className } = context;
    const sigma = radius === 'adaptive' ? await smallestDistance(labelled, job) : radius;
    const weights = await uncertaintiesOf(context, temperature, job);
    const picks = await herdPool({ pool, labelled, sigma, k, random, ...(weights && { weights }) }, job);
    return picks.map(({ index, gain, nearestTo }) => {
      const between = weights && probabilities ? betweenClasses(row(probabilities, index), className) : '';
      return { index, score: gain, reason: coverageReason(nearestTo) + between };
    });
  },
});

type Given = View<'representation' | 'labelledRepresentation' | 'labelledLabels', 'probabilities'>;

/** U of every image of the pool, by probabilities under a temperature; undefined where it is 1 everywhere. */
async function uncertaintiesOf(
  { probabilities, labelledRepresentation: labelled, labelledLabels, classCount }: Given,
  wanted: number | 'adaptive',
  job: Job,
): Promise<Float64Array | undefined> {
  if (labelled.rows === 0 || probabilities === undefined) return undefined;
  const temperature =
    wanted === 'adaptive'
      ? await heldOutTemperature(labelled, labelledLabels, classCount, Random.stream(0, 'calibration'), job)
      : wanted;
  return temperature === undefined ? undefined : uncertainties(probabilities, temperature);
}

/** 1 − (p₁ − p₂) of softmax(ln p / T), which is softmax(logits / T), for each row of probabilities [n × c]. */
export function uncertainties(probabilities: Matrix, temperature: number): Float64Array {
  return Float64Array.from({ length: probabilities.rows }, (_, i) => {
    const p = row(probabilities, i);
    const { first, second } = topTwo(p);
    if (second < 0) return 0;
    let sum = 0; // relative to the largest, so that no power vanishes that matters
    for (let c = 0; c < p.length; c++) sum += (p[c] / p[first]) ** (1 / temperature);
    return 1 - (1 - (p[second] / p[first]) ** (1 / temperature)) / sum;
  });
}

const SMALLEST_RADIUS = 0.05;
const SAME = 1e-5; // squared distance up to which vectors count as equal; single precision is far finer

/** The smallest distance above 0 between rows scaled to length 1; 1 where there is none. */
async function smallestDistance(labelled: Matrix, job: Job): Promise<number> {
  const points = unitRows(labelled);
  const step = pacer(job, 'Measuring distances', points.rows, 'labelled images');
  let smallest = Number.POSITIVE_INFINITY;
  const norms = unitSquaredLengths(points);
  const visit = (i: number, products: Float32Array): void => {
    for (let j = 0; j < i; j++) {
      const squared = norms[i] + norms[j] - 2 * products[j];
      if (squared > SAME && squared < smallest) smallest = squared;
    }
  };
  await forEachProductRow(points, points, visit, step);
  return smallest === Number.POSITIVE_INFINITY ? 1 : Math.max(SMALLEST_RADIUS, Math.sqrt(smallest));
}

/** Between which classes the model is torn. */
function betweenClasses(p: Vector, className: Given['className']): string {
  const { first, second } = topTwo(p);
  return second < 0 ? '' : `; it hesitates between ${className(first)} and ${className(second)}`;
}
