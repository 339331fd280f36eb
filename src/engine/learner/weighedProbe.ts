import { hasFrozen, type WeighedEncoder } from '../features/encoder';
import type { Job } from '../job';
import { type LinearHead, weightedSum } from '../numeric/linearHead';
import { type Matrix, matrix, takeRows } from '../numeric/matrix';
import { heldOutProbabilities, type ProbedRows, probeL2, spreadOver } from './heldOut';
import type { FitRequest } from './learner';
import { fitLogisticRegression } from './logisticRegression';
import { logProbabilities, stackingWeights } from './stacking';

/**
 * A probe for each part of the features, their log-probabilities added up with weights that cross-validation on the labels
 * gives (`stackingWeights`). That sum is a linear head on the parts side by side, so that everything else knows nothing of it:
 * logits = Σ wₖ (Wₖ xₖ + bₖ). A poor part gets little or nothing, where rows at equal length cost the better one 2 to 3 points
 * (docs/results.md).
 */
export async function weighedProbe(
  { encoder, labelled, classCount, features }: FitRequest<WeighedEncoder>,
  job: Job,
): Promise<LinearHead & { readonly iterations: number }> {
  const { indices, labels } = labelled;
  const parts: ProbedRows[] = [];
  for (const part of encoder.parts) parts.push({ rows: await features(indices, job, part), frozen: hasFrozen(part) });
  const weights = await evidenceOf(parts, labels, classCount, job);
  const heads: (LinearHead & { readonly iterations: number })[] = [];
  for (const [k, { rows, frozen }] of parts.entries()) {
    const l2 = probeL2(frozen)(rows.rows, rows.columns);
    const learn = () => fitLogisticRegression({ features: rows, labels, classCount, l2 }, job);
    heads.push(weights[k] === 0 ? silent(classCount, rows.columns) : await learn());
  }
  const iterations = Math.max(...heads.map((head) => head.iterations));
  return { ...addedUp(heads, weights, new Set(labels)), iterations };
}

/** What each part counts by the labels; the first alone where they can't tell. */
async function evidenceOf(
  parts: readonly ProbedRows[],
  labels: Int32Array,
  classCount: number,
  job: Job,
): Promise<Float64Array> {
  const first = Float64Array.from(parts, (_, k) => (k === 0 ? 1 : 0));
  if (parts.length === 1 || new Set(labels).size < 2) return first;
  const some = spreadOver(labels.length);
  const told = some.map((i) => labels[i]);
  const logs: Matrix[] = [];
  for (const { rows, frozen } of parts) {
    const unseen = await heldOutProbabilities({ rows: takeRows(rows, some), frozen }, told, classCount, job);
    logs.push(logProbabilities(unseen));
  }
  const weights = stackingWeights(logs, told);
  return weights.some((weight) => weight > 0) ? weights : first;
}

function addedUp(heads: readonly LinearHead[], weights: Float64Array, present: ReadonlySet<number>): LinearHead {
  const sum = weightedSum(heads, weights);
  const said = heads.find((_, k) => weights[k] > 0)!;
  // classes without labels have the same bias in every part, and keep it
  return { ...sum, bias: Float64Array.from(sum.bias, (bias, c) => (present.has(c) ? bias : said.bias[c])) };
}

/** The head of a part that has no say. */
const silent = (classCount: number, columns: number) => ({
  weights: matrix(classCount, columns, new Float64Array(classCount * columns)),
  bias: new Float64Array(classCount),
  iterations: 0,
});
