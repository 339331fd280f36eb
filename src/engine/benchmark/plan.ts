import { baselineStrategy } from '../../shared/chart/reportChart';
import type { BenchmarkProtocol } from '../../shared/schema/report';
import type { Dataset } from '../data/dataset';
import { usageError } from '../errors';
import type { LearnerName } from '../learner/learner';
import { needsModel } from '../rounds/selectBatch';
import { strategies as knownStrategies, strategyNamed } from '../strategies/registry';
import { plannedBudgets } from './report';

/** A number of images, or a percentage of the pool. */
export interface Amount {
  readonly value: number;
  readonly percent: boolean;
}

export interface PlanOptions {
  /** Names; 'all' stands for every known one. Random is always among them. */
  readonly strategies: readonly string[];
  readonly pretrained: 'yes' | 'no' | 'both';
  readonly initial: Amount;
  readonly budget: Amount;
  /** Trainings in a cell, the one on the initial labels included. */
  readonly cycles: number;
  /** Number of repetitions: seeds 0 … n − 1. */
  readonly seeds: number;
  readonly first: 'random' | 'strategy';
  readonly learner: LearnerName | 'auto';
}

export type Plan = Omit<BenchmarkProtocol, 'encoder' | 'device'> & { readonly learner: LearnerName | 'auto' };

/** The protocol on a dataset's pool, and sentences on what could not be as asked. */
export function planStudy(dataset: Dataset, options: PlanOptions): { plan: Plan; notes: string[] } {
  const { cycles, first, learner, pretrained } = options;
  const strategies = chooseStrategies(options.strategies);
  const notes: string[] = [];
  const pool = dataset.train.length;
  const [initial, budget] = [options.initial, options.budget].map(({ value, percent }) =>
    percent ? Math.floor((pool * value) / 100) : value,
  );
  if (initial < 1 || budget < 1)
    throw usageError(
      `The pool of ${dataset.name} has only ${pool} images; give --initial and --budget as numbers of images.`,
    );
  const wanted = initial + (cycles - 1) * budget;
  if (wanted > pool)
    notes.push(`The pool has ${pool} images, fewer than the ${wanted} asked for; the last budget takes all of them.`);
  const blind = strategies.filter((name) => first === 'strategy' && needsModel(strategyNamed(name)));
  if (blind.length > 0) notes.push(`Initial labels are drawn at random for ${blind.join(', ')}: they need a model.`);
  const budgets = plannedBudgets(initial, budget, cycles, pool);
  const seeds = Array.from({ length: options.seeds }, (_, seed) => seed);
  return { plan: { initial, budget, cycles, budgets, strategies, pretrained, seeds, first, learner }, notes };
}

function chooseStrategies(wanted: readonly string[]): string[] {
  const names = wanted.includes('all') ? [...knownStrategies.keys()] : wanted;
  return [...new Set([baselineStrategy, ...names.map((name) => strategyNamed(name).name)])];
}

export const encodersOf = ({ pretrained }: Pick<PlanOptions, 'pretrained'>): readonly boolean[] =>
  ({ yes: [true], no: [false], both: [false, true] })[pretrained];
