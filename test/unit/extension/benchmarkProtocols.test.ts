import { describe, expect, it } from 'vitest';
import { resolveProtocol } from '../../../src/engine/benchmark/protocols';
import { fewLabels, protocolChoices } from '../../../src/extension/commands/benchmarkProtocols';

const classes = ['angry', 'disgust', 'fear', 'happy', 'sad', 'surprise', 'neutral'];
const faces = { classes, split: { train: 2000, test: 500 } };

describe('protocolChoices', () => {
  it('offers few labels, the paper, the cold start and own numbers, each with what it takes', () => {
    const choices = protocolChoices(faces, 20);
    expect(choices.map(({ steps, seeds }) => ({ steps, seeds }))).toEqual([
      { steps: { initial: 14, budget: 20, cycles: 5 }, seeds: 3 },
      { steps: { protocol: 'paper' }, seeds: 3 },
      { steps: { protocol: 'cold' }, seeds: 10 },
      { steps: null, seeds: 3 },
    ]);
    expect(choices.map(({ detail = '' }) => detail)).toEqual([
      '14 labels at random, then 20 more per query, 5 trainings: quick, for a first look',
      '10 % of the images at random, then 5 % per query, 7 trainings: about 800 labels in all',
      '1, 2, 5, 10, 20, 50, 100 labels per class, from the first label on; 10 repetitions, so it takes long',
      '',
    ]);
  });

  it('promises what the engine does', () => {
    const subject = { name: 'faces', pool: 2000, classes: classes.length };
    expect(resolveProtocol('paper', {}, subject).budgets.at(-1)).toBe(800);
    expect(resolveProtocol('cold', {}, subject).budgets).toEqual([7, 14, 35, 70, 140, 350, 700]);
  });

  it('names only what the pool holds, a fifth of it held out where there is no test split', () => {
    const small = { classes, split: { train: 100, test: 0 } };
    const [, paper, cold] = protocolChoices(small, 20);
    expect(paper.detail).toContain('about 32 labels');
    expect(cold.detail).toMatch(/^1, 2, 5, 10 labels per class/);
    const tiny = { classes, split: { train: 8, test: 0 } };
    expect(protocolChoices(tiny, 20).map(({ label }) => label)).not.toContain('Cold start');
    expect(fewLabels(tiny, 20).initial).toBe(6);
  });
});
