import { breathe, type Job } from '../job';
import { logits } from '../numeric/linearHead';
import { type Matrix, takeRows } from '../numeric/matrix';
import { argmax, softmax } from '../numeric/probabilities';
import type { Random } from '../numeric/random';
import { defaultL2, fitLogisticRegression } from './logisticRegression';
import { expectedCalibrationError } from './metrics';
import { logProbabilities, stackingWeights } from './stacking';

/** Temperatures that are tried: 1.0, 1.1 … 19.9. */
export const TEMPERATURES: readonly number[] = Array.from({ length: 190 }, (_, i) => (10 + i) / 10);

/** The share of the labelled images that the probe is fitted on; the rest judges it. */
const FITTED = 0.7;

/**
 * The temperature of TEMPERATURES at which softmax(logits / T) has the smallest expected calibration error, the lowest
 * on a tie. logits [n × c], n ≥ 1, of images that the model was not trained on; n labels below c.
 */
export function calibratedTemperature(scores: Matrix, labels: ArrayLike<number>): number {
  if (scores.rows === 0) throw new RangeError('A temperature needs at least one image.');
  if (labels.length !== scores.rows)
    throw new RangeError(`${scores.rows} rows of logits need ${scores.rows} labels, not ${labels.length}.`);
  let best = TEMPERATURES[0];
  let least = Number.POSITIVE_INFINITY;
  for (const temperature of TEMPERATURES) {
    const { columns, data } = softmax(scores, temperature);
    const confidences = new Float64Array(scores.rows);
    const hits = new Uint8Array(scores.rows);
    for (let i = 0; i < scores.rows; i++) {
      const p = data.subarray(i * columns, (i + 1) * columns);
      const predicted = argmax(p);
      confidences[i] = p[predicted];
      hits[i] = Number(predicted === labels[i]);
    }
    const error = expectedCalibrationError(confidences, hits);
    if (error < least) {
      least = error;
      best = temperature;
    }
  }
  return best;
}

/**
 * The temperature of a probe on these features: fitted on 70 % of them, drawn at random, and judged on the other 30 %.
 * Features [m × d] with m labels below classCount; undefined below four labels, of which 30 % is no image.
 */
export async function heldOutTemperature(
  features: Matrix,
  labels: ArrayLike<number>,
  classCount: number,
  random: Random,
  job: Job,
): Promise<number | undefined> {
  const held = Math.floor((1 - FITTED) * features.rows + 1e-9);
  if (held === 0) return undefined;
  job.report({ stage: 'Calibrating', done: 0, total: 1, unit: 'probes' });
  await breathe(job);
  const order = random.permutation(features.rows);
  const part = (indices: Int32Array) => ({
    features: takeRows(features, indices),
    labels: indices.map((i) => labels[i]),
  });
  const training = part(order.subarray(held));
  const rest = part(order.subarray(0, held));
  const l2 = defaultL2(training.features.rows, features.columns);
  const head = await fitLogisticRegression({ ...training, classCount, l2 }, job);
  return calibratedTemperature(logits(head, rest.features), rest.labels);
}

/** Labels from which on held-out images tell how sure a model may be. */
const FEWEST = 20;
/** A factor near 0 would call all classes equally likely and forget which came first. */
const LEAST = 0.1;

/**
 * The factor on a model's logits (1 / temperature, Guo et al., ICML 2017) at which held-out images have the smallest log-loss:
 * the stacking of one model. 1 below 20 of them, and where all are of one class.
 * @param probabilities of images that the model was not trained on, [n × c]. `labels`: their classes, below c.
 */
export function calibrationFactor(probabilities: Matrix, labels: ArrayLike<number>): number {
  if (probabilities.rows < FEWEST || new Set(Array.from(labels)).size < 2) return 1;
  return Math.max(LEAST, stackingWeights([logProbabilities(probabilities)], labels)[0]);
}
