import { describe, expect, it } from 'vitest';
import { type ProtocolOverrides, plannedBudgets, resolveProtocol } from '../../../src/engine/benchmark/protocols';
import { protocolNames, protocols } from '../../../src/shared/benchmarkProtocols';

const fer13 = { name: 'fer13', pool: 28_709, classes: 7 };
const percent = (value: number) => ({ value, percent: true });
const images = (value: number) => ({ value, percent: false });
const cold = (given: ProtocolOverrides, subject = fer13) => resolveProtocol('cold', given, subject);

describe('protocols', () => {
  it("paper is the paper's: 10 %, 5 % a round, seven cycles, three runs", () => {
    // reference round sizes of FER13: 2,870 and 1,435 are 10 % and 5 % of 28,709, rounded down
    expect(resolveProtocol('paper', {}, fer13)).toEqual({
      name: 'paper',
      budgets: [2870, 4305, 5740, 7175, 8610, 10_045, 11_480],
      step: 1435,
      cycles: 7,
      seeds: 3,
      first: 'random',
      notes: [],
    });
    expect(resolveProtocol('paper', {}, { ...fer13, pool: 12_271 }).budgets).toEqual([
      1227, 1840, 2453, 3066, 3679, 4292, 4905,
    ]);
  });

  it('cold goes from one label a class on in about equal steps of the logarithm; the strategy picks from the start', () => {
    const plan = cold({});
    expect(plan).toEqual({
      name: 'cold',
      budgets: [7, 14, 35, 70, 140, 350, 700],
      step: null,
      cycles: 7,
      seeds: 10,
      first: 'strategy',
      notes: [],
    });
    const steps = plan.budgets.slice(1).map((labels, i) => labels / plan.budgets[i]);
    expect(Math.min(...steps)).toBeGreaterThanOrEqual(2);
    expect(Math.max(...steps)).toBeLessThanOrEqual(2.5);
  });

  it('are data that the command line lists', () => {
    expect(protocolNames).toEqual(Object.keys(protocols));
  });
});

describe('resolveProtocol', () => {
  it('lets explicit options go before the protocol, and then no longer calls it by its name', () => {
    const plan = resolveProtocol('paper', { initial: images(100), cycles: 2, seeds: 5 }, { ...fer13, pool: 1000 });
    expect(plan).toMatchObject({ name: null, budgets: [100, 150], step: 50, cycles: 2, seeds: 5, first: 'random' });
    expect(resolveProtocol('paper', { seeds: 9 }, fer13)).toMatchObject({ name: 'paper', seeds: 9 });
    expect(cold({ first: 'random' })).toMatchObject({ name: null, first: 'random' });
    expect(cold({ cycles: 3 }).budgets).toEqual([7, 14, 35]);
    expect(cold({ initial: images(20) }).budgets).toEqual([20, 35, 70, 140, 350, 700]);
    expect(cold({ budgets: [5, 50] })).toMatchObject({ budgets: [5, 50], step: 45, cycles: 2, first: 'strategy' });
  });

  it('never goes beyond the pool and says what is left out', () => {
    const small = cold({}, { name: 'few', pool: 100, classes: 7 });
    expect(small.budgets).toEqual([7, 14, 35, 70]);
    expect(small.notes).toEqual(['The pool has 100 images; budgets beyond it are left out (140, 350, 700).']);
    expect(() => cold({}, { name: 'few', pool: 6, classes: 7 })).toThrow(
      'The pool of few has 6 images, fewer than the first budget of 7; give smaller --budgets.',
    );
  });

  it.each<[string, ProtocolOverrides]>([
    ['instead of --budget', { budget: images(7) }],
    ['has only 28709 images', { initial: percent(0.001) }],
    ['each must be larger than the one before', { budgets: [7, 7] }],
    ['not both', { budgets: [7], initial: images(3) }],
  ])('refuses what contradicts itself: %s', (problem, given) => {
    expect(() => cold(given)).toThrow(problem);
  });
});

describe('plannedBudgets', () => {
  it('counts the initial training as a cycle and ends with the pool', () => {
    expect(plannedBudgets(2870, 1435, 7, 28709)).toEqual([2870, 4305, 5740, 7175, 8610, 10045, 11480]);
    expect(plannedBudgets(100, 100, 5, 250)).toEqual([100, 200, 250]);
  });
});
