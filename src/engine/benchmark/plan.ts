import { baselineStrategy } from '../../shared/chart/reportChart';
import type { BenchmarkProtocol } from '../../shared/schema/report';
import type { Dataset } from '../data/dataset';
import type { LearnerName } from '../learner/learner';
import { needsModel } from '../rounds/selectBatch';
import { strategies as knownStrategies, strategyNamed } from '../strategies/registry';
import { type ProtocolName, type ProtocolOverrides, resolveProtocol } from './protocols';

export interface PlanOptions extends ProtocolOverrides {
  /** 'paper' unless said otherwise; what is given explicitly goes before it. */
  readonly protocol?: ProtocolName;
  /** Names; 'all' stands for every known one. Random is always among them. */
  readonly strategies: readonly string[];
  readonly pretrained: 'yes' | 'no' | 'both';
  readonly learner: LearnerName | 'auto';
}

export type Plan = Omit<BenchmarkProtocol, 'encoder' | 'device' | 'votes'> & { readonly learner: LearnerName | 'auto' };

/** The protocol on a dataset's pool, and sentences on what could not be as asked. */
export function planStudy(
  dataset: Pick<Dataset, 'name' | 'train' | 'file'>,
  options: PlanOptions,
): { plan: Plan; notes: string[] } {
  const { learner, pretrained, protocol = 'paper' } = options;
  const strategies = chooseStrategies(options.strategies);
  const subject = { name: dataset.name, pool: dataset.train.length, classes: dataset.file.classes.length };
  const { name, budgets, step, cycles, first, sharedDraw, ...resolved } = resolveProtocol(protocol, options, subject);
  const notes = [...resolved.notes];
  const blind = strategies.filter((strategy) => first === 'strategy' && needsModel(strategyNamed(strategy)));
  if (blind.length > 0) notes.push(`Initial labels are drawn at random for ${blind.join(', ')}: they need a model.`);
  const seeds = Array.from({ length: resolved.seeds }, (_, seed) => seed);
  return {
    plan: {
      ...(name === null ? {} : { name }),
      ...{ initial: budgets[0], budget: step, cycles, budgets: [...budgets], strategies, pretrained, seeds },
      ...{ first, learner },
      ...(sharedDraw ? { sharedDraw } : {}),
    },
    notes,
  };
}

function chooseStrategies(wanted: readonly string[]): string[] {
  const names = wanted.includes('all') ? [...knownStrategies.keys()] : wanted;
  return [...new Set([baselineStrategy, ...names.map((name) => strategyNamed(name).name)])];
}

export const encodersOf = ({ pretrained }: Pick<PlanOptions, 'pretrained'>): readonly boolean[] =>
  ({ yes: [true], no: [false], both: [false, true] })[pretrained];
