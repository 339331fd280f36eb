import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Progress } from '../../../src/engine/job';
import { silentJob } from '../../../src/engine/job';
import { crossValidate, outOfFoldProbabilities, splitFold, stratifiedFolds } from '../../../src/engine/learner/folds';
import { fitLogisticRegression } from '../../../src/engine/learner/logisticRegression';
import { predictProbabilities } from '../../../src/engine/numeric/linearHead';
import { matrix, row, takeRows } from '../../../src/engine/numeric/matrix';
import { Random } from '../../../src/engine/numeric/random';
import { gaussianClasses } from './data';

describe('stratifiedFolds', () => {
  it('spreads every class and the sizes as evenly as it goes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(4), { minLength: 2, maxLength: 60 }),
        fc.integer({ min: 2, max: 10 }),
        fc.integer(),
        (labels, folds, seed) => {
          const k = Math.min(folds, labels.length);
          const assigned = stratifiedFolds(labels, k, Random.stream(seed, 'split'));
          expect(assigned).toHaveLength(labels.length);
          for (const c of [undefined, ...new Set(labels)]) {
            const counts = new Array<number>(k).fill(0);
            assigned.forEach((fold, i) => {
              if (c === undefined || labels[i] === c) counts[fold]++;
            });
            expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
          }
        },
      ),
    );
  });

  it('is decided by the seed', () => {
    const labels = Array.from({ length: 40 }, (_, i) => i % 4);
    const folds = (seed: number) => [...stratifiedFolds(labels, 5, Random.stream(seed, 'split'))];
    expect(folds(1)).toEqual(folds(1));
    expect(folds(1)).not.toEqual(folds(2));
  });

  it('refuses impossible numbers of folds', () => {
    for (const k of [0, 1, 4, 2.5])
      expect(() => stratifiedFolds([0, 1, 0], k, Random.stream(1, 's'))).toThrow(RangeError);
  });
});

describe('splitFold', () => {
  it('parts the images', () => {
    const { training, heldOut } = splitFold(Int32Array.of(0, 2, 1, 0, 2), 2);
    expect([...training]).toEqual([0, 2, 3]);
    expect([...heldOut]).toEqual([1, 4]);
  });
});

describe('crossValidate', () => {
  const random = () => Random.stream(9, 'split');

  it('pools predictions of models that have not seen the image', async () => {
    const labels = [0, 1, 2, 0, 1, 2, 0, 1];
    const predict = async (training: Int32Array, heldOut: Int32Array, fold: number) => {
      expect([...training, ...heldOut].sort()).toEqual([...labels.keys()]);
      return matrix(heldOut.length, 3, Float64Array.from([...heldOut].flatMap((i) => [i / 10, fold / 10, 0])));
    };
    const p = await outOfFoldProbabilities({ labels, classCount: 3, folds: 3, random: random(), predict }, silentJob);
    const folds = stratifiedFolds(labels, 3, random());
    for (let i = 0; i < labels.length; i++) expect([...row(p, i)]).toEqual([i / 10, folds[i] / 10, 0]);
  });

  it('estimates the accuracy on new images, where the training accuracy flatters', async () => {
    const all = gaussianClasses(2060, 20, 3, { apart: 0.25 });
    const labelled = Int32Array.from({ length: 60 }, (_, i) => i);
    const unseen = Int32Array.from({ length: 2000 }, (_, i) => 60 + i);
    const learn = async (training: Int32Array, test: Int32Array) => {
      const features = takeRows(all.features, training);
      const labels = training.map((i) => all.labels[i]);
      const model = await fitLogisticRegression({ features, labels, classCount: 3, l2: 0.01 }, silentJob);
      return predictProbabilities(model, takeRows(all.features, test));
    };
    const hits = async (test: Int32Array) => {
      const p = await learn(labelled, test);
      return (
        test.filter((image, i) => row(p, i).indexOf(Math.max(...row(p, i))) === all.labels[image]).length / test.length
      );
    };
    const request = { labels: labelled.map((i) => all.labels[i]), classCount: 3, folds: 10, random: random() };
    const estimate = await crossValidate({ ...request, predict: learn }, silentJob);
    const onNew = await hits(unseen);
    expect(estimate).toMatchObject({ estimate: true, folds: 10, count: 60 });
    expect(await hits(labelled)).toBeGreaterThan(onNew + 0.2);
    expect(Math.abs((estimate?.accuracy ?? 0) - onNew)).toBeLessThan(0.13);
  });

  it('makes no more folds than there are labels, and none of fewer than 2', async () => {
    const predict = async (_: Int32Array, heldOut: Int32Array) =>
      matrix(heldOut.length, 2, new Float64Array(heldOut.length * 2).fill(0.5));
    const request = { classCount: 2, folds: 5, random: random(), predict };
    expect(await crossValidate({ ...request, labels: [0, 1, 1] }, silentJob)).toMatchObject({ folds: 3, count: 3 });
    expect(await crossValidate({ ...request, labels: [1] }, silentJob)).toBeUndefined();
    expect(await crossValidate({ ...request, labels: [] }, silentJob)).toBeUndefined();
  });

  it('reports folds, stops when cancelled, and refuses probabilities of the wrong shape', async () => {
    const controller = new AbortController();
    const reports: Progress[] = [];
    const job = { signal: controller.signal, report: (p: Progress) => reports.push(p) };
    const labels = [0, 1, 0, 1];
    const good = async (_: Int32Array, heldOut: Int32Array) =>
      matrix(heldOut.length, 2, new Float64Array(heldOut.length * 2));
    const request = { labels, classCount: 2, folds: 2, random: random() };
    await crossValidate({ ...request, predict: good }, job);
    expect(reports.map(({ done, total }) => [done, total])).toEqual([
      [0, 2],
      [1, 2],
      [2, 2],
    ]);
    const cancelling = async (training: Int32Array, heldOut: Int32Array) => {
      controller.abort();
      return good(training, heldOut);
    };
    await expect(crossValidate({ ...request, predict: cancelling }, job)).rejects.toMatchObject({ code: 'cancelled' });
    const wrong = async () => matrix(1, 2, new Float64Array(2));
    await expect(crossValidate({ ...request, predict: wrong }, silentJob)).rejects.toThrow(/2 × 2/);
  });
});
