import type { ProtocolName } from '../../shared/benchmarkProtocols';
import { baselineStrategy } from '../../shared/chart/curve';
import {
  type FeatureName,
  featureNames,
  inReportOrder,
  isFeatureName,
  isNamed,
  kindOf,
  type PretrainedChoice,
  pretrainedChoices,
} from '../../shared/features';
import type { LearnerChoice, LearnerName } from '../../shared/learners';
import { isBuiltInName } from '../../shared/modelName';
import type { BenchmarkProtocol, NamedRow } from '../../shared/schema/report';
import { readableStrategy } from '../../shared/strategyName';
import type { Dataset } from '../data/dataset/type';
import { usageError } from '../errors';
import { needsModel } from '../rounds/selectBatch';
import { strategies as knownStrategies, strategyNamed } from '../strategies/registry';
import { type ProtocolOverrides, resolveProtocol } from './protocols';

export interface PlanOptions extends ProtocolOverrides {
  /** 'paper' unless said otherwise; what is given explicitly goes before it. */
  readonly protocol?: ProtocolName;
  /** Names; 'all' stands for every known one. Random is always among them. */
  readonly strategies: readonly string[];
  /** In short: pretrained, scratch, or both of them. */
  readonly pretrained?: PretrainedChoice;
  /** Names of `featureNames`, instead of `pretrained`; by default what people get (`product`), scratch and pretrained. */
  readonly features?: readonly string[];
  /** An architecture, or `hog`, which stands for those features alone. */
  readonly encoder?: string;
  readonly learner: LearnerChoice;
  /** Of all strategies on all features only these, in this order and under these names. */
  readonly rows?: readonly NamedRow[];
}

export type Plan = Omit<BenchmarkProtocol, 'encoder' | 'device' | 'votes'> & {
  readonly learner: LearnerChoice;
  /** Every kind of features, in the order of `featureNames`. */
  readonly compared: readonly FeatureName[];
};

/** The protocol on a dataset's pool, and sentences on what could not be as asked. */
export function planStudy(
  dataset: Pick<Dataset, 'name' | 'train' | 'file'>,
  options: PlanOptions,
): { plan: Plan; notes: string[] } {
  const { learner, protocol = 'paper', rows } = options;
  const { compared, ...reported } = chooseFeatures(options);
  const strategies = chooseStrategies(options.strategies);
  const subject = { name: dataset.name, pool: dataset.train.length, classes: dataset.file.classes.length };
  const { name, budgets, step, cycles, first, ...resolved } = resolveProtocol(protocol, options, subject);
  const notes = [...resolved.notes];
  const blind = strategies.filter((strategy) => first === 'strategy' && needsModel(strategyNamed(strategy)));
  if (blind.length > 0)
    notes.push(`Initial labels are drawn at random for ${blind.map(readableStrategy).join(', ')}: they need a model.`);
  const seeds = Array.from({ length: resolved.seeds }, (_, seed) => seed);
  return {
    plan: {
      ...(name === null ? {} : { name }),
      initial: budgets[0],
      budget: step,
      cycles,
      budgets: [...budgets],
      strategies,
      ...reported,
      compared,
      ...(rows ? { rows: [...rows] } : {}),
      seeds,
      first,
      learner,
    },
    notes,
  };
}

function chooseStrategies(wanted: readonly string[]): string[] {
  const names = wanted.includes('all') ? [...knownStrategies.keys()] : wanted;
  return [...new Set([baselineStrategy, ...names.map((name) => strategyNamed(name).name)])];
}

/** The features to compare, and how the report names them. */
function chooseFeatures(options: PlanOptions): Pick<Plan, 'compared' | 'pretrained' | 'features'> {
  const wanted = wantedFeatures(options);
  const unknown = wanted.find((name) => !isFeatureName(name));
  if (unknown !== undefined)
    throw usageError(
      `There are no features "${unknown}"; known are ${featureNames.join(', ')}, external:<name>, and several of them joined by +.`,
    );
  const compared = inReportOrder(wanted.filter(isFeatureName));
  const { learner } = options;
  if (learner !== 'probe' && learner !== 'auto' && !compared.some((name) => isTrainedBy(learner, name)))
    throw usageError(
      `The learner ${learner} trains the encoder, and features of ${compared.join(' and ')} are fixed; take --learner probe or auto.`,
    );
  const alike = compared.filter((name) => kindOf(name).randomWeights);
  if (learner === 'probe' && alike.length > 1)
    throw usageError(
      `With the learner probe, features of ${alike.toReversed().join(' and ')} are the same; leave one of them out.`,
    );
  const having = compared.filter((name) => kindOf(name).pretrained).length;
  const pretrained = having === 0 ? 'no' : having < compared.length ? 'both' : 'yes';
  return { compared, pretrained, ...(compared.some(isNamed) ? { features: compared } : {}) };
}

/** What people get, and the comparison that pre-training is about. */
const DEFAULT_FEATURES: readonly FeatureName[] = ['product', ...pretrainedChoices.both];

function wantedFeatures({ pretrained, features, encoder }: PlanOptions): readonly string[] {
  if (features && pretrained) throw usageError('--features and --pretrained ask for the same thing; give one of them.');
  if (encoder === 'hog') {
    if (features || (pretrained && pretrained !== 'no'))
      throw usageError('The encoder hog stands alone; for more rows beside it pass --features hog,pretrained.');
    return ['hog'];
  }
  return features ?? (pretrained === undefined ? DEFAULT_FEATURES : pretrainedChoices[pretrained]);
}

/** Whether a learner changes what features of that name are made by. */
const isTrainedBy = (learner: LearnerName, name: FeatureName): boolean =>
  !kindOf(name).fixed || (learner === 'finetune' && (isBuiltInName(name) || name === 'continued'));
