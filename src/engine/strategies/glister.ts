import * as z from 'zod';
import {
  BiasedGradients,
  diversity,
  facilityLocation,
  noRegulariser,
  type Regulariser,
} from '../geometry/batchRegulariser';
import { gradientMatching } from '../geometry/gradientMatching';
import type { MatchingProblem } from '../geometry/matchingProblem';
import type { Job } from '../job';
import { type LinearHead, logits } from '../numeric/linearHead';
import { type Matrix, row } from '../numeric/matrix';
import { argmax, softmax } from '../numeric/probabilities';
import { pacer } from '../pacer';
import type { View } from './context';
import { defineStrategy, type Pick } from './define';
import { percent } from './picks';

const regularisers = ['none', 'diversity', 'facilityLocation'] as const;

/**
 * GLISTER: greedily the images whose gradient step, under the predicted label ŷ, lowers the loss on a validation set
 * most, to first order. Only the linear head is moved. With g = (p − onehot(ŷ)) ⊗ [1, h] and V the validation set:
 *
 *   θ ← θ − η Σ_{l ∈ L} ∇ℓ(l, y_l), then k times: pick argmaxᵢ ⟨gᵢ, ∇ℓ_V(θ)⟩ + weight · R(i), θ ← θ − η g_pick
 *
 * where ∇ℓ_V is the mean over V and R is 0, −Σ_{j picked} exp(−‖gᵢ − gⱼ‖² / 2) (diversity) or
 * Σₙ max(0, mₙ − ‖gᵢ − gₙ‖²) with mₙ the squared distance from n to its nearest pick, at first the largest of all pairs
 * (facilityLocation, slow on large pools). The score is the gain; ties go to the lower index.
 *
 * Without a validation set, V is the pool under its predicted labels together with the labelled images. DISTIL and the
 * code of Roy & Etemad then divide the very first ∇ℓ_V by |U| although it is a sum over |U| + |L| images: that scales the
 * first gains, which can change a pick only under facilityLocation. Here it is a mean like the later ones; option
 * `distil` divides as they do. Their gradient step on L is a sum, not a mean, here too. Their kernels are in single
 * precision, ours only where the pool is large. Defaults are those of Roy & Etemad 2023 (η 0.01, diversity, weight 10).
 *
 * K. Killamsetty, D. Sivasubramanian, G. Ramakrishnan, R. Iyer, "GLISTER: generalization based data subset selection for
 * efficient and robust learning", AAAI 2021, section 4 (GLISTER-Active).
 */
export const glister = defineStrategy({
  name: 'glister',
  title: 'GLISTER',
  hint: 'picks what should lower the loss most',
  about: 'the images that, labelled as predicted, would lower the loss on the others most',
  source: 'Killamsetty et al. 2021',
  needs: ['features', 'labelledFeatures', 'labelledLabels', 'head'],
  uses: ['validation'],
  options: z.strictObject({
    learningRate: z.number().min(0).default(0.01),
    regulariser: z.enum(regularisers).default('diversity'),
    weight: z.number().min(0).default(10),
    distil: z.boolean().default(false),
  }),
  async select(context, { k, options, job }) {
    const { learningRate, weight, distil } = options;
    const { problem, probabilities, firstFactor } = problemOf(context, learningRate);
    const gradients = new BiasedGradients(context.features, problem.errors);
    const regulariser = await regulariserNamed(options.regulariser, gradients, job);
    const matching = await gradientMatching(problem, k);
    const step = pacer(job, 'Selecting images', k, 'images');
    const picked = new Uint8Array(context.poolSize);
    const picks: Pick[] = [];
    let { gains } = await matching.step(null);
    while (picks.length < k) {
      await step(picks.length);
      const factor = distil && picks.length === 0 ? firstFactor : 1;
      let index = -1;
      let best = Number.NEGATIVE_INFINITY;
      for (let i = 0; i < picked.length; i++) {
        if (picked[i]) continue;
        const gain = factor * gains[i] + weight * regulariser.value(i);
        if (index >= 0 && gain <= best) continue;
        index = i;
        best = gain;
      }
      picked[index] = 1;
      picks.push({ index, score: best + 0, reason: reason(row(probabilities, index), context.className) }); // + 0: never −0
      if (picks.length === k) break;
      const next = await matching.step(index);
      await regulariser.add(index, next.products);
      gains = next.gains;
    }
    return picks;
  },
});

async function regulariserNamed(
  kind: (typeof regularisers)[number],
  gradients: BiasedGradients,
  job: Job,
): Promise<Regulariser> {
  if (kind === 'none') return noRegulariser;
  return kind === 'diversity' ? diversity(gradients) : facilityLocation(gradients, job);
}

interface Prepared {
  readonly problem: MatchingProblem;
  /** Of the pool, under the head as it is. */
  readonly probabilities: Matrix<Float64Array>;
  /** |V| / |U| without a validation set, else 1. */
  readonly firstFactor: number;
}

type Given = View<'features' | 'labelledFeatures' | 'head', 'validation'>;

function problemOf(context: Given, learningRate: number): Prepared {
  const { poolSize: n, features, labelledFeatures: labelled, labelledLabels, head, validation } = context;
  const probabilities = softmax(logits(head, features));
  const predicted = Int32Array.from({ length: n }, (_, i) => argmax(row(probabilities, i)));
  const moved = afterStep(head, labelled, labelledLabels, learningRate);
  const others = validation ?? { features: labelled, labels: labelledLabels };
  const rows = stack(features, others.features);
  const watched = validation ? validation.features.rows : rows.rows;
  const weights = new Float64Array(rows.rows).fill(1 / watched);
  if (validation) weights.fill(0, 0, n);
  const targets = new Int32Array(rows.rows);
  targets.set(predicted);
  targets.set(Array.from(others.labels), n);
  return {
    problem: {
      features: rows,
      logits: logits(moved, rows),
      targets,
      weights,
      learningRate,
      errors: errorsOf(probabilities, predicted),
    },
    probabilities,
    firstFactor: validation ? 1 : rows.rows / n,
  };
}

/** p − onehot(label), row by row. */
function errorsOf(probabilities: Matrix<Float64Array>, labels: ArrayLike<number>): Matrix<Float64Array> {
  const data = probabilities.data.slice();
  for (let i = 0; i < probabilities.rows; i++) data[i * probabilities.columns + labels[i]] -= 1;
  return { ...probabilities, data };
}

/** The head after one gradient step on the summed cross-entropy of the labelled images. */
function afterStep(
  { weights, bias }: LinearHead,
  labelled: Matrix,
  labels: ArrayLike<number>,
  learningRate: number,
): { readonly weights: Matrix<Float64Array>; readonly bias: Float64Array } {
  const { rows: c, columns: d } = weights;
  const gradient = new Float64Array(c * d);
  const movedBias = Float64Array.from(bias);
  const errors = errorsOf(softmax(logits({ weights, bias }, labelled)), labels);
  for (let l = 0; l < labelled.rows; l++) {
    const h = row(labelled, l);
    const e = row(errors, l);
    for (let k = 0; k < c; k++) {
      movedBias[k] -= learningRate * e[k];
      for (let j = 0; j < d; j++) gradient[k * d + j] += e[k] * h[j];
    }
  }
  const moved = Float64Array.from(weights.data, (w, at) => w - learningRate * gradient[at]);
  return { weights: { rows: c, columns: d, data: moved }, bias: movedBias };
}

/** Rows of a above those of b; in double precision where one of them is. */
function stack(a: Matrix, b: Matrix): Matrix {
  const single = a.data instanceof Float32Array && (b.rows === 0 || b.data instanceof Float32Array);
  const data = new (single ? Float32Array : Float64Array)(a.data.length + b.rows * a.columns);
  data.set(a.data);
  data.set(b.data.subarray(0, b.rows * a.columns), a.data.length);
  return { rows: a.rows + b.rows, columns: a.columns, data };
}

function reason(p: Float64Array, className: Given['className']): string {
  const likeliest = argmax(p);
  return `would help the model most on the other images if it is ${className(likeliest)} (${percent(p[likeliest])} sure)`;
}
