import { describe, expect, it } from 'vitest';
import { weighed } from '../../../src/engine/features/combined';
import type { Encoder, ImageDescriptor } from '../../../src/engine/features/encoder';
import { silentJob } from '../../../src/engine/job';
import { weighedProbe } from '../../../src/engine/learner/weighedProbe';
import { logits, predictProbabilities } from '../../../src/engine/numeric/linearHead';
import { type Matrix, matrix, row, takeRows } from '../../../src/engine/numeric/matrix';
import { argmax } from '../../../src/engine/numeric/probabilities';
import { Random } from '../../../src/engine/numeric/random';

const CLASSES = 3;
const IMAGES = 400;
const WIDTH = 20;

/** A fixed function of images whose rows are made here; only its name counts. */
const descriptor = (name: string): ImageDescriptor => ({
  name,
  settings: {},
  pretrained: false,
  forImages: () => {
    throw new Error('Nothing computes these.');
  },
});

const random = Random.stream(5, 'weighed');
const labels = Int32Array.from({ length: IMAGES }, () => random.integer(CLASSES));
/** Rows in which the class shows by so much against noise of size 1. */
function rowsOf(signal: number): Matrix<Float32Array> {
  const data = new Float32Array(IMAGES * WIDTH);
  for (let i = 0; i < IMAGES; i++)
    for (let j = 0; j < WIDTH; j++) data[i * WIDTH + j] = (j % CLASSES === labels[i] ? signal : 0) + random.normal();
  return matrix(IMAGES, WIDTH, data);
}

const parts = [descriptor('poor'), descriptor('good'), descriptor('noise')] as const;
const rows = new Map<Encoder, Matrix<Float32Array>>([
  [parts[0], rowsOf(0.2)],
  [parts[1], rowsOf(0.8)],
  [parts[2], rowsOf(0)],
]);
const encoder = weighed('poor', parts);

async function taught(count: number, told: Int32Array = labels) {
  const indices = Int32Array.from({ length: count }, (_, i) => i);
  const request = {
    pixels: undefined as never,
    normalisation: { mean: [0], std: [1] },
    encoder,
    classCount: CLASSES,
    labelled: { indices, labels: told.slice(0, count) },
    seed: 0,
    features: async (wanted: Int32Array, _: unknown, part?: Encoder) => takeRows(rows.get(part!)!, wanted),
    maps: undefined as never,
  };
  return weighedProbe(request, silentJob);
}

const size = (head: { weights: Matrix }, part: number): number => {
  let sum = 0;
  for (let c = 0; c < CLASSES; c++)
    for (const weight of row(head.weights, c).subarray(part * WIDTH, (part + 1) * WIDTH)) sum += weight ** 2;
  return Math.sqrt(sum);
};

function accuracy(head: Awaited<ReturnType<typeof taught>>, from: number): number {
  const held = Int32Array.from({ length: IMAGES - from }, (_, i) => from + i);
  const side = [...rows.values()].map((one) => takeRows(one, held));
  const data = new Float32Array(held.length * WIDTH * side.length);
  for (let i = 0; i < held.length; i++)
    side.forEach((one, k) => {
      data.set(row(one, i), (i * side.length + k) * WIDTH);
    });
  const scores = logits(head, matrix(held.length, WIDTH * side.length, data));
  let hits = 0;
  for (let i = 0; i < held.length; i++) if (argmax(row(scores, i)) === labels[held[i]]) hits++;
  return hits / held.length;
}

describe('a probe on several encoders that labels weigh', () => {
  it('listens to the better part, and hardly to noise', async () => {
    const head = await taught(120);
    expect(size(head, 1)).toBeGreaterThan(size(head, 0));
    expect(size(head, 2)).toBeLessThan(0.3 * size(head, 1));
    expect(accuracy(head, 120)).toBeGreaterThan(0.75);
  });

  it('is the same for the same labels', async () => {
    expect(await taught(60)).toEqual(await taught(60));
  });

  it('never guesses a class that has no label', async () => {
    const told = labels.map((label) => Math.min(label, 1));
    const head = await taught(90, told);
    const zeros = matrix(1, 3 * WIDTH, new Float32Array(3 * WIDTH));
    const [, , unseen] = predictProbabilities(head, zeros).data;
    expect(unseen).toBeLessThanOrEqual(1 / (90 + CLASSES));
  });

  it('asks the first part alone where labels can tell nothing: two in all, or one class only', async () => {
    for (const head of [
      await taught(1),
      await taught(
        30,
        labels.map(() => 2),
      ),
    ]) {
      expect(size(head, 1)).toBe(0);
      expect(size(head, 2)).toBe(0);
      expect(head.bias.every(Number.isFinite)).toBe(true);
    }
    const two = await taught(2, Int32Array.from([0, 1]));
    expect([...two.weights.data, ...two.bias].every(Number.isFinite)).toBe(true);
  });

  it('takes features that are all equal', async () => {
    const before = rows.get(parts[1])!;
    rows.set(parts[1], matrix(IMAGES, WIDTH, new Float32Array(IMAGES * WIDTH).fill(2)));
    const head = await taught(60);
    rows.set(parts[1], before);
    expect([...head.weights.data, ...head.bias].every(Number.isFinite)).toBe(true);
    expect(size(head, 1)).toBe(0);
  });
});
