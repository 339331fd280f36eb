import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { crossProducts } from '../geometry/products';
import { type Matrix, matrix, row } from '../numeric/matrix';
import { softmaxInPlace } from '../numeric/probabilities';
import { Random } from '../numeric/random';
import { readNpy, writeNpy } from '../store/npy';
import type { SelectionContext } from '../strategies/context';

/** How much there is to select from: [pool × features], [labelled × features]. */
export interface SelectionSize {
  readonly pool: number;
  readonly labelled: number;
  readonly budget: number;
  readonly features: number;
}

/** A round of the paper on FER2013: 10 % labelled, 5 % asked for, the width of ResNet-18. */
export const fer2013Size: SelectionSize = { pool: 25_839, labelled: 2_870, budget: 1_435, features: 512 };

/** So many images of 256 features, 1,000 labelled and 1,000 asked for. */
export const sizeWith = (pool: number): SelectionSize => ({ pool, labelled: 1000, budget: 1000, features: 256 });

const SHARES = [0.139, 0.015, 0.143, 0.251, 0.168, 0.111, 0.173]; // of FER2013's classes
const MODES = 4; // clusters a class
const LATENT = 48; // dimensions in which images differ, less and less
const NOISE = 0.15; // in every feature
const COPIES = 0.04; // share of images that are copies of others, as in FER2013
const PASSES = 5; // of dropout
const SHARPNESS = 10; // of the head; its likeliest class then has about half the probability

/**
 * Made-up arrays that look like an encoder's: a mixture of Gaussians for each class in a latent space of falling
 * variance, mapped linearly and cut off at zero as after ReLU; a head that prefers the nearest class mean, its
 * probabilities, and those under dropout.
 */
export async function makeSelectionData(size: SelectionSize, seed = 0): Promise<SelectionContext> {
  const random = Random.stream(seed, 'perf');
  const classes = SHARES.length;
  const normals = (rows: number, columns: number) =>
    matrix(
      rows,
      columns,
      Float32Array.from({ length: rows * columns }, () => random.normal()),
    );
  const modes = normals(classes * MODES, LATENT);
  const mapping = normals(size.features, LATENT);

  const images = async (n: number) => {
    const labels = Int32Array.from({ length: n }, () => draw(random.uniform()));
    const latent = new Float32Array(n * LATENT);
    for (const [i, label] of labels.entries()) {
      const mode = row(modes, label * MODES + random.integer(MODES));
      for (let j = 0; j < LATENT; j++) latent[i * LATENT + j] = (mode[j] + random.normal()) / Math.sqrt(j + 1);
    }
    const { data } = await crossProducts(matrix(n, LATENT, latent), mapping);
    for (let i = 0; i < data.length; i++) data[i] = Math.max(0, data[i] + NOISE * random.normal());
    for (let c = 0; c < Math.floor(COPIES * n); c++) {
      const [from, to] = [random.integer(n), random.integer(n)];
      data.copyWithin(to * size.features, from * size.features, (from + 1) * size.features);
    }
    return { labels, features: matrix(n, size.features, data) };
  };
  const pool = await images(size.pool);
  const labelled = await images(size.labelled);

  const head = meanHead(labelled.features, labelled.labels, classes);
  const masks = Array.from({ length: PASSES }, () =>
    Float32Array.from({ length: size.features }, () => (random.chance(0.5) ? 2 : 0)),
  );
  const dropoutProbabilities: Matrix[] = [];
  for (const mask of masks) {
    const weights = head.weights.data.map((w, i) => w * mask[i % mask.length]);
    dropoutProbabilities.push(
      await probabilitiesOf(pool.features, { ...head, weights: { ...head.weights, data: weights } }),
    );
  }
  return {
    poolSize: size.pool,
    classCount: classes,
    features: pool.features,
    labelledFeatures: labelled.features,
    labelledLabels: labelled.labels,
    probabilities: await probabilitiesOf(pool.features, head),
    dropoutProbabilities,
    head,
  };
}

function draw(u: number): number {
  let rest = u;
  for (const [c, share] of SHARES.entries()) {
    rest -= share;
    if (rest < 0) return c;
  }
  return SHARES.length - 1;
}

interface Head {
  readonly weights: Matrix<Float32Array>;
  readonly bias: Float32Array;
}

/** The head of the nearest class mean, its logits scaled by the spread within classes; a class without images is never likely. */
function meanHead(features: Matrix<Float32Array>, labels: Int32Array, classes: number): Head {
  const d = features.columns;
  const weights = matrix(classes, d, new Float32Array(classes * d));
  const counts = new Float64Array(classes);
  for (const [i, label] of labels.entries()) {
    const [mean, x] = [row(weights, label), row(features, i)];
    counts[label]++;
    for (let j = 0; j < d; j++) mean[j] += (x[j] - mean[j]) / counts[label];
  }
  let spread = 0;
  for (const [i, label] of labels.entries()) {
    const [mean, x] = [row(weights, label), row(features, i)];
    for (let j = 0; j < d; j++) spread += (x[j] - mean[j]) ** 2 / labels.length;
  }
  const scale = (2 * SHARPNESS) / spread;
  const bias = Float32Array.from(counts, (count, c) => {
    const squared = row(weights, c).reduce((sum, w) => sum + w * w, 0);
    return count === 0 ? -10 : (-scale * squared) / 2;
  });
  return { weights: { ...weights, data: weights.data.map((w) => w * scale) }, bias };
}

async function probabilitiesOf(features: Matrix<Float32Array>, { weights, bias }: Head): Promise<Matrix<Float32Array>> {
  const logits = await crossProducts(features, weights);
  for (let i = 0; i < logits.rows; i++) {
    const r = row(logits, i);
    for (let c = 0; c < r.length; c++) r[c] += bias[c];
    softmaxInPlace(r);
  }
  return logits;
}

/** Writes what `makeSelectionData` made as .npy files. */
export async function writeSelectionData(folder: string, data: SelectionContext): Promise<void> {
  await mkdir(folder, { recursive: true });
  const write = (name: string, { rows, columns, data }: Matrix) =>
    writeNpy(join(folder, `${name}.npy`), { shape: [rows, columns], data });
  await write('features', data.features!);
  await write('labelledFeatures', data.labelledFeatures!);
  const labels = Int32Array.from(data.labelledLabels);
  await writeNpy(join(folder, 'labelledLabels.npy'), { shape: [labels.length], data: labels });
  await write('probabilities', data.probabilities!);
  for (const [t, pass] of data.dropoutProbabilities!.entries()) await write(`pass${t}`, pass);
  await write('weights', data.head!.weights);
  await writeNpy(join(folder, 'bias.npy'), { shape: [data.head!.bias.length], data: data.head!.bias });
}

/** Reads it again; the features stand in for the representation. */
export async function readSelectionData(folder: string): Promise<SelectionContext> {
  const read = async (name: string): Promise<Matrix> => {
    const { shape, data } = await readNpy(join(folder, `${name}.npy`));
    return matrix(shape[0], shape[1] ?? 1, data as Float32Array);
  };
  const features = await read('features');
  const probabilities = await read('probabilities');
  const dropoutProbabilities: Matrix[] = [];
  for (let t = 0; t < PASSES; t++) dropoutProbabilities.push(await read(`pass${t}`));
  return {
    poolSize: features.rows,
    classCount: probabilities.columns,
    features,
    labelledFeatures: await read('labelledFeatures'),
    labelledLabels: (await readNpy(join(folder, 'labelledLabels.npy'))).data as Int32Array,
    probabilities,
    dropoutProbabilities,
    head: { weights: await read('weights'), bias: (await read('bias')).data },
  };
}
