import { join } from 'node:path';
import { type FeatureName, featureFields, kindOf } from '../../shared/features';
import type { LearnerChoice } from '../../shared/learners';
import type { Policy } from '../../shared/schema/policy';
import type { BenchmarkCell, NamedRow } from '../../shared/schema/report';
import { readableStrategy } from '../../shared/strategyName';
import type { Dataset } from '../data/dataset/type';
import { representationOf } from '../features/cache';
import { encoderDigest } from '../features/digest';
import { isNetwork } from '../features/encoder';
import { grantedCores, grantedMemory } from '../granted';
import type { Job } from '../job';
import { strategyNamed } from '../strategies/registry';
import { plural } from '../text/plural';
import { type CellPlan, cellKey, countEarlierCells, readCell } from './cell';
import { cellMemory, cellsThatFit } from './cellMemory';
import type { CellTask } from './cellTask';
import { CellLooks } from './looks';
import type { KeptLabels } from './ownLabels';
import { runTasks } from './workerPool';

export interface GridRequest {
  readonly workspace: string;
  /** As `benchmarkView` made it. */
  readonly dataset: Dataset;
  readonly holdOut: boolean;
  /** The benchmark's folder; finished cells are in `cells/`. */
  readonly folder: string;
  readonly strategies: readonly string[];
  /** Kinds of features to compare. */
  readonly compared: readonly FeatureName[];
  /** Of all that, what is run; by default everything. */
  readonly rows?: readonly NamedRow[];
  readonly seeds: readonly number[];
  readonly budgets: readonly number[];
  readonly first: 'random' | 'strategy';
  readonly votes?: GridVotes;
  /** What answers instead of the layout; already in `dataset`. */
  readonly ownLabels?: KeptLabels;
  readonly learner: LearnerChoice;
  /** Architecture of the encoder that is not pre-trained. */
  readonly architecture: string;
  /** Processes at a time; by default one a core, or as many as memory allows. */
  readonly jobs?: number;
  /** The command-line bundle, which the processes run. */
  readonly program: string;
}

/** Votes that models are scored against and, with `oracle`, answers drawn from. */
export interface GridVotes {
  /** Absolute path of the csv file. */
  readonly path: string;
  readonly digest: string;
  readonly oracle: boolean;
}

export interface GridOutcome {
  readonly cells: BenchmarkCell[];
  /** Cells that were there, complete, before this run. */
  readonly reused: number;
  /** What could not be as asked, each said once. */
  readonly notes: readonly string[];
}

/** A cell, and the row of the report that it belongs to. */
export interface PlannedCell {
  readonly features: FeatureName;
  readonly plan: CellPlan;
}

/** The cells of a grid. Neighbours differ in seed, so that processes seldom wait for a training that they share. */
export async function planCells(request: GridRequest, looks: CellLooks): Promise<PlannedCell[]> {
  const { architecture, votes } = request;
  const oracle = votes?.oracle ? ({ oracle: 'votes' } as const) : {};
  const plans: PlannedCell[] = [];
  for (const { strategy, features } of rowsOf(request))
    for (const seed of request.seeds) {
      const policy = policyOf(request, strategy, features);
      const { features: encoder } = await looks.open({ policy, architecture, seed });
      const plan: CellPlan = {
        policy,
        architecture,
        encoder: encoderDigest(encoder),
        budgets: [...request.budgets],
        seed,
        ...(votes ? { votes: votes.digest, ...oracle } : {}),
      };
      plans.push({ features, plan });
    }
  return plans;
}

const rowsOf = ({ rows, strategies, compared }: GridRequest) =>
  rows ?? strategies.flatMap((strategy) => compared.map((features) => ({ strategy, features })));

/** What a row does; on fixed features its learner is a probe, whatever was asked for, so that equal cells have one key. */
function policyOf({ first, learner }: GridRequest, strategy: string, features: FeatureName): Policy {
  return {
    features,
    learner: kindOf(features).fixed ? 'probe' : learner,
    first,
    strategy,
    options: strategyNamed(strategy).withOptions({}).options,
  };
}

/** Has what encoders of others make of the images in the cache before cells of one thread each would ask for it. */
async function embedOnce(dataset: Dataset, plans: readonly PlannedCell[], looks: CellLooks, job: Job): Promise<void> {
  for (const { plan } of plans) {
    const { features } = await looks.open(plan);
    if (!isNetwork(features)) await representationOf(dataset, features, job);
  }
}

/** Runs every cell that is not complete yet, in parallel processes, and returns all of them. */
export async function runGrid(request: GridRequest, job: Job): Promise<GridOutcome> {
  const plans = await planCells(request, new CellLooks(request.dataset, job));
  const reused = await runCells(request, plans, job);
  return { ...(await collect(request, plans)), reused };
}

/** Has everything made that cells would make each for itself: what encoders of others see in the images. */
export async function prepareCells(request: GridRequest, job: Job): Promise<PlannedCell[]> {
  const looks = new CellLooks(request.dataset, job);
  const plans = await planCells(request, looks);
  await embedOnce(request.dataset, plans, looks, job);
  return plans;
}

/** Runs those of the given cells that are not complete yet, in parallel processes; says how many were. */
export async function runCells(request: GridRequest, plans: readonly PlannedCell[], job: Job): Promise<number> {
  const { workspace, dataset, holdOut, folder, ownLabels } = request;
  const looks = new CellLooks(dataset, job);
  const rounds: number[] = [];
  const open: PlannedCell[] = [];
  let reused = 0;
  for (const cell of plans) {
    const file = await readCell(folder, cellKey(dataset, cell.plan));
    if (file?.done) reused++;
    else {
      open.push(cell);
      rounds.push(file?.rounds.length ?? 0);
    }
  }
  await embedOnce(dataset, open, looks, job);
  const total = plans.length * request.budgets.length;
  const before = reused * request.budgets.length;
  const report = (message: string) => {
    const done = Math.min(
      total,
      rounds.reduce((sum, n) => sum + n, before),
    );
    job.report({ stage: 'Benchmark', done, total, unit: 'rounds', message });
  };
  const answers = {
    ...(request.votes ? { votesFile: request.votes.path } : {}),
    ...(ownLabels ? { ownLabels } : {}),
  };
  const tasks = open.map(
    ({ plan }): CellTask => ({ workspace, dataset: dataset.name, holdOut, folder, plan, ...answers }),
  );
  const workers = await cellsAtATime(request, plans, looks);
  const scarce = request.jobs === undefined && workers < Math.min(grantedCores(), tasks.length);
  report(`${reused} of ${plans.length} runs already done${scarce ? `; memory for ${workers} at a time` : ''}`);
  await runTasks(
    tasks,
    {
      program: request.program,
      workers,
      nameOf: (task) => cellName(open[task]),
      onRound: (task, n) => {
        rounds[task] = n;
        report(cellName(open[task]));
      },
      onMessage: (task, text) => report(`${cellName(open[task])}: ${text}`),
    },
    job,
  );
  return reused;
}

/** Whether a cell is complete. */
export const isComplete = async ({ dataset, folder }: GridRequest, { plan }: PlannedCell): Promise<boolean> =>
  (await readCell(folder, cellKey(dataset, plan)))?.done === true;

/** How many cells are run side by side: one a core, or as many as memory allows. */
export const cellsAtATime = async (
  request: GridRequest,
  plans: readonly PlannedCell[],
  looks: CellLooks,
): Promise<number> =>
  request.jobs ?? cellsThatFit(await largestCell(request, plans, looks), grantedMemory(), grantedCores());

/** Memory of the cells that take most of it, in bytes. */
export async function largestCell(
  { dataset, seeds }: GridRequest,
  plans: readonly PlannedCell[],
  looks: CellLooks,
): Promise<number> {
  const kinds = plans.filter(({ plan }) => plan.seed === seeds[0]);
  const sizes = kinds.map(async ({ plan }) => {
    const { features, network } = await looks.open(plan);
    return Math.max(
      ...[features, network ?? features].map((one) => cellMemory(one, dataset.file.image, dataset.train.length)),
    );
  });
  return Math.max(...(await Promise.all(sizes)));
}

/** A cell in a few words. */
export const cellName = ({ features, plan: { policy, seed } }: PlannedCell) =>
  `${readableStrategy(policy.strategy)}, ${features}, seed ${seed}`;

/** What is on disk of the planned cells, complete or not. */
export async function collect(
  { dataset, folder }: Pick<GridRequest, 'dataset' | 'folder'>,
  plans: readonly PlannedCell[],
): Promise<Pick<GridOutcome, 'cells' | 'notes'>> {
  const cells: BenchmarkCell[] = [];
  const notes = new Set<string>();
  const processors = new Set<string>();
  const keys = plans.map(({ plan }) => cellKey(dataset, plan));
  for (const [i, { features, plan }] of plans.entries()) {
    const file = await readCell(folder, keys[i]);
    const { policy, seed } = plan;
    cells.push({
      strategy: policy.strategy,
      ...featureFields(features),
      seed,
      points: file?.rounds.map((round) => round.point) ?? [],
    });
    if (file?.machine) processors.add(file.machine.processor);
    for (const round of file?.rounds ?? []) if (round.note) notes.add(round.note);
  }
  if (processors.size > 1)
    notes.add(`Cells ran on different processors (${[...processors].sort().join('; ')}): compare no times.`);
  const earlier = await countEarlierCells(folder, keys);
  if (earlier > 0)
    notes.add(
      `${plural(earlier, 'cell')} of an earlier version ${earlier === 1 ? 'lies' : 'lie'} in ${join(folder, 'cells')}; they followed another rule for the learner auto and are not used: delete them, or keep them with the version that made them.`,
    );
  return { cells, notes: [...notes] };
}
