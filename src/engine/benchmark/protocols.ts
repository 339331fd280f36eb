import {
  type Amount,
  type EvenProtocol,
  type PerClassProtocol,
  type ProtocolName,
  protocols,
} from '../../shared/benchmarkProtocols';
import { usageError } from '../errors';

/** What stands in a protocol's place where it was given explicitly. */
export interface ProtocolOverrides {
  readonly initial?: Amount;
  readonly budget?: Amount;
  readonly cycles?: number;
  /** Cumulative numbers of labels, ascending; instead of initial, budget and cycles. */
  readonly budgets?: readonly number[];
  readonly seeds?: number;
  readonly first?: 'random' | 'strategy';
}

export interface ResolvedProtocol {
  /** Null when budgets or first labels are not the protocol's own. */
  readonly name: ProtocolName | null;
  /** Cumulative numbers of labels, ascending, none beyond the pool. */
  readonly budgets: readonly number[];
  /** Labels that every query adds; null when that differs. */
  readonly step: number | null;
  readonly cycles: number;
  readonly seeds: number;
  readonly first: 'random' | 'strategy';
  readonly notes: readonly string[];
}

/** What a benchmark is run on, as far as its budgets depend on it. */
export interface PoolSize {
  readonly name: string;
  readonly pool: number;
  readonly classes: number;
}

/** A protocol on a pool, with what was given explicitly in its place. */
export function resolveProtocol(name: ProtocolName, given: ProtocolOverrides, subject: PoolSize): ResolvedProtocol {
  const protocol: EvenProtocol | PerClassProtocol = protocols[name];
  const { seeds = protocol.seeds, first = protocol.first } = given;
  const ownBudgets = [given.initial, given.budget, given.cycles, given.budgets].every((one) => one === undefined);
  const ladder = given.budgets
    ? listed(given, subject)
    : 'perClass' in protocol
      ? perClass(protocol, given, subject)
      : even(protocol, given, subject);
  return {
    name: ownBudgets && first === protocol.first ? name : null,
    ...ladder,
    seeds,
    first,
  };
}

type Ladder = Pick<ResolvedProtocol, 'budgets' | 'step' | 'cycles' | 'notes'>;

function even(protocol: EvenProtocol, given: ProtocolOverrides, { name, pool }: PoolSize): Ladder {
  const { initial: first = protocol.initial, budget: step = protocol.budget, cycles = protocol.cycles } = given;
  const [initial, budget] = [first, step].map((amount) => imagesOf(amount, pool));
  if (initial < 1 || budget < 1)
    throw usageError(`The pool of ${name} has only ${pool} images; give --initial and --budget as numbers of images.`);
  const wanted = initial + (cycles - 1) * budget;
  const notes =
    wanted > pool
      ? [`The pool has ${pool} images, fewer than the ${wanted} asked for; the last budget takes all of them.`]
      : [];
  return { budgets: plannedBudgets(initial, budget, cycles, pool), step: budget, cycles, notes };
}

function perClass(protocol: PerClassProtocol, given: ProtocolOverrides, subject: PoolSize): Ladder {
  const { pool, classes, name } = subject;
  if (given.budget)
    throw usageError('The protocol cold has budgets of its own; give them as --budgets 7,14,35 instead of --budget.');
  const own = protocol.perClass.map((labels) => labels * classes);
  const initial = given.initial && imagesOf(given.initial, pool);
  if (initial !== undefined && initial < 1)
    throw usageError(`The pool of ${name} has only ${pool} images; give --initial as a number of images.`);
  const wanted = initial === undefined ? own : [initial, ...own.filter((labels) => labels > initial)];
  return capped(wanted.slice(0, given.cycles), subject);
}

function listed({ budgets = [], initial, budget, cycles }: ProtocolOverrides, subject: PoolSize): Ladder {
  if (initial || budget) throw usageError('Give either --budgets or --initial and --budget, not both.');
  if (budgets.some((labels, i) => i > 0 && labels <= budgets[i - 1]))
    throw usageError('Budgets are cumulative, so each must be larger than the one before, as in --budgets 7,14,35.');
  return capped(budgets.slice(0, cycles), subject);
}

/** The budgets that the pool holds. */
function capped(wanted: readonly number[], { name, pool }: PoolSize): Ladder {
  const budgets = wanted.filter((labels) => labels <= pool);
  if (budgets.length === 0)
    throw usageError(
      `The pool of ${name} has ${pool} images, fewer than the first budget of ${wanted[0]}; give smaller --budgets.`,
    );
  const left = wanted.slice(budgets.length);
  const notes =
    left.length > 0 ? [`The pool has ${pool} images; budgets beyond it are left out (${left.join(', ')}).`] : [];
  const steps = new Set(budgets.slice(1).map((labels, i) => labels - budgets[i]));
  const [step] = steps;
  return { budgets, step: steps.size === 1 ? step : null, cycles: budgets.length, notes };
}

const imagesOf = ({ value, percent }: Amount, pool: number): number =>
  percent ? Math.floor((pool * value) / 100) : value;

/**
 * The numbers of labels at which a cell is measured: the initial set, then one budget more for each cycle, until the
 * pool is used up.
 */
export function plannedBudgets(initial: number, budget: number, cycles: number, poolSize: number): number[] {
  const budgets: number[] = [];
  for (let cycle = 0; cycle < cycles; cycle++) {
    const labelled = Math.min(initial + cycle * budget, poolSize);
    if (labelled !== budgets[budgets.length - 1]) budgets.push(labelled);
  }
  return budgets;
}
