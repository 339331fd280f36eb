import type { Job } from '../job';
import { type Matrix, matrix } from '../matrix';
import { Random } from '../random';
import { strategyNamed } from '../strategies/registry';
import { runStrategy } from '../strategies/run';

/** Time of one selection at the size of a first round on FER2013. */
export interface SelectionTime {
  readonly workload: 'select';
  readonly strategy: string;
  readonly pool: number;
  readonly labelled: number;
  readonly budget: number;
  readonly features: number;
  readonly seconds: number;
  /** Largest resident memory of the process so far, in MB. */
  readonly peak_mb: number;
}

const POOL = 25_839;
const LABELLED = 2_870;
const BUDGET = 1_435;
const FEATURES = 512;
const CLASSES = 7;

/** Features like those of a trained encoder: one Gaussian cluster a class, cut off at zero as after ReLU. */
export async function measureSelection(name: string, job: Job): Promise<SelectionTime> {
  const strategy = strategyNamed(name);
  const random = Random.stream(0, 'perf');
  const centres = Float32Array.from({ length: CLASSES * FEATURES }, () => random.normal());
  const labels = (n: number) => Int32Array.from({ length: n }, () => random.integer(CLASSES));
  const features = (of: Int32Array): Matrix<Float32Array> => {
    const data = new Float32Array(of.length * FEATURES);
    for (let i = 0; i < data.length; i++) {
      const centre = centres[of[Math.floor(i / FEATURES)] * FEATURES + (i % FEATURES)];
      data[i] = Math.max(0, centre + random.normal());
    }
    return matrix(of.length, FEATURES, data);
  };
  const [poolLabels, labelledLabels] = [labels(POOL), labels(LABELLED)];
  const [pool, labelled] = [features(poolLabels), features(labelledLabels)];
  const context = {
    poolSize: POOL,
    classCount: CLASSES,
    features: pool,
    representation: pool,
    labelledFeatures: labelled,
    labelledRepresentation: labelled,
    labelledLabels,
    probabilities: probabilities(poolLabels, random),
    head: nearestCentre(centres),
    options: strategy.parseOptions({}),
  };
  const started = performance.now();
  await runStrategy(strategy, context, BUDGET, Random.stream(0, 'select'), job);
  return {
    workload: 'select',
    strategy: name,
    pool: POOL,
    labelled: LABELLED,
    budget: BUDGET,
    features: FEATURES,
    seconds: Number(((performance.now() - started) / 1000).toFixed(2)),
    peak_mb: Math.round(process.resourceUsage().maxRSS / 1024),
  };
}

/** Softmax of noise with a lead for the right class, [n × classes]. */
function probabilities(labels: Int32Array, random: Random): Matrix<Float32Array> {
  const data = new Float32Array(labels.length * CLASSES);
  for (const [i, label] of labels.entries()) {
    const scores = Array.from({ length: CLASSES }, (_, c) => Math.exp(random.normal() + (c === label ? 1.5 : 0)));
    const sum = scores.reduce((a, b) => a + b, 0);
    for (const [c, score] of scores.entries()) data[i * CLASSES + c] = score / sum;
  }
  return matrix(labels.length, CLASSES, data);
}

/** The linear head that takes the class whose centre is nearest; scaled so that it is not always certain. */
function nearestCentre(centres: Float32Array): { weights: Matrix<Float32Array>; bias: Float32Array } {
  const weights = matrix(
    CLASSES,
    FEATURES,
    centres.map((value) => Math.max(0, value) / FEATURES),
  );
  const bias = Float32Array.from({ length: CLASSES }, (_, c) => {
    const centre = weights.data.subarray(c * FEATURES, (c + 1) * FEATURES);
    return centre.reduce((sum, value) => sum - (value * value * FEATURES) / 2, 0);
  });
  return { weights, bias };
}
