import { describe, expect, it } from 'vitest';
import type { Progress } from '../../../src/engine/job';
import { silentJob } from '../../../src/engine/job';
import { chooseL2, defaultL2 } from '../../../src/engine/learner/chooseL2';
import { splitFold, stratifiedFolds } from '../../../src/engine/learner/folds';
import { fitLogisticRegression } from '../../../src/engine/learner/logisticRegression';
import { evaluate } from '../../../src/engine/learner/metrics';
import { predictProbabilities } from '../../../src/engine/numeric/linearHead';
import { takeRows } from '../../../src/engine/numeric/matrix';
import { Random } from '../../../src/engine/numeric/random';
import { gaussianClasses } from './data';

const random = () => Random.stream(5, 'folds');

describe('defaultL2', () => {
  it('is d / n, at most 1', () => {
    expect(defaultL2(1000, 250)).toBe(0.25);
    expect(defaultL2(20, 250)).toBe(1);
  });
});

describe('chooseL2', () => {
  it('takes the default with few labels', async () => {
    const { features, labels } = gaussianClasses(40, 10, 3);
    expect(await chooseL2({ features, labels, classCount: 3, random: random() }, silentJob)).toEqual({
      l2: 0.25,
      tried: [],
    });
  });

  it('gives the value with the least out-of-fold loss, as separate fits find it', async () => {
    const { features, labels } = gaussianClasses(60, 8, 3, { apart: 0.3 });
    const candidates = [0.001, 1, 100];
    const request = { features, labels, classCount: 3, candidates, folds: 4, minLabels: 10 };
    const choice = await chooseL2({ ...request, random: random() }, silentJob);
    expect(choice.tried.map((t) => t.l2)).toEqual([100, 1, 0.001]);

    const folds = stratifiedFolds(labels, 4, random());
    for (const { l2, logLoss } of choice.tried) {
      let sum = 0;
      for (let fold = 0; fold < 4; fold++) {
        const { training, heldOut } = splitFold(folds, fold);
        const model = await fitLogisticRegression(
          { features: takeRows(features, training), labels: training.map((i) => labels[i]), classCount: 3, l2 },
          silentJob,
        );
        const p = predictProbabilities(model, takeRows(features, heldOut));
        sum +=
          heldOut.length *
          evaluate(
            p,
            heldOut.map((i) => labels[i]),
            3,
          ).logLoss;
      }
      expect(logLoss).toBeCloseTo(sum / 60, 2);
    }
    expect(choice.l2).toBe(1);
    expect(choice.tried[1].logLoss).toBe(Math.min(...choice.tried.map((t) => t.logLoss)));
  });

  it('asks for a strong penalty where labels are noise and a weak one where they are clear', async () => {
    const clear = gaussianClasses(120, 6, 3, { apart: 5 });
    const noise = Random.stream(1, 'noise').shuffle(clear.labels.slice());
    const request = { features: clear.features, classCount: 3, candidates: [0.001, 3], minLabels: 10 };
    expect((await chooseL2({ ...request, labels: clear.labels, random: random() }, silentJob)).l2).toBe(0.001);
    expect((await chooseL2({ ...request, labels: noise, random: random() }, silentJob)).l2).toBe(3);
  });

  it('survives a class with one image, repeats itself, and reports its progress', async () => {
    const { features, labels } = gaussianClasses(50, 4, 3);
    labels[7] = 3;
    const reports: Progress[] = [];
    const request = { features, labels, classCount: 5, minLabels: 10, sampleWeights: labels.map((y) => 1 + y) };
    const job = { ...silentJob, report: (p: Progress) => reports.push(p) };
    const choice = await chooseL2({ ...request, random: random() }, job);
    expect(choice.tried.every((t) => Number.isFinite(t.logLoss))).toBe(true);
    expect(await chooseL2({ ...request, random: random() }, silentJob)).toEqual(choice);
    expect(reports.map((r) => r.done)).toEqual([...Array(20).keys()]);
    expect(reports.every((r) => r.total === 20)).toBe(true);
  });
});
