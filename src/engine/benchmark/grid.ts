import { availableParallelism } from 'node:os';
import { type FeatureName, featureFields } from '../../shared/features';
import type { BenchmarkCell } from '../../shared/schema/report';
import { readableStrategy } from '../../shared/strategyName';
import type { Dataset } from '../data/dataset/type';
import { COMBINED } from '../features/combined';
import { encoderDigest } from '../features/digest';
import type { Job } from '../job';
import type { LearnerName } from '../learner/learner';
import { strategyNamed } from '../strategies/registry';
import { type CellPlan, cellKey, readCell } from './cell';
import { availableMemory, cellMemory, cellsThatFit } from './cellMemory';
import type { CellTask } from './cellTask';
import { cellEncoder } from './dataset';
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
  readonly seeds: readonly number[];
  readonly budgets: readonly number[];
  readonly first: 'random' | 'strategy';
  readonly votes?: GridVotes;
  readonly learner: LearnerName | 'auto';
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
export async function planCells(request: GridRequest): Promise<PlannedCell[]> {
  const { dataset, first, votes } = request;
  const digests = new Map<string, string>();
  for (const features of request.compared)
    for (const seed of request.seeds) {
      const encoder = await cellEncoder(dataset, { ...startOf(features, request), seed });
      digests.set(`${features}/${seed}`, encoderDigest(encoder));
    }
  return request.strategies.flatMap((strategy) =>
    request.compared.flatMap((features) =>
      request.seeds.map((seed) => {
        const { pretrained, architecture, learner } = startOf(features, request);
        const plan: CellPlan = {
          ...{ strategy, options: strategyNamed(strategy).withOptions({}).options, pretrained, architecture },
          ...{ encoder: digests.get(`${features}/${seed}`)!, learner, budgets: [...request.budgets], first, seed },
          ...(votes ? { votes: votes.digest, ...(votes.oracle ? { oracle: 'votes' } : {}) } : {}),
        };
        return { features, plan };
      }),
    ),
  );
}

/** Where the models of a row start, and how they learn: on fixed features always as probes. */
function startOf(
  features: FeatureName,
  { architecture, learner }: Pick<GridRequest, 'architecture' | 'learner'>,
): Pick<CellPlan, 'pretrained' | 'architecture' | 'learner'> {
  switch (features) {
    case 'hog':
      return { pretrained: false, architecture: 'hog', learner: 'probe' };
    case 'random':
      return { pretrained: false, architecture, learner: 'probe' };
    case 'scratch':
      return { pretrained: false, architecture, learner };
    case 'combined':
      return { pretrained: true, architecture: COMBINED, learner: 'probe' };
    case 'pretrained':
      return { pretrained: true, architecture, learner };
  }
}

/** Runs every cell that is not complete yet, in parallel processes, and returns all of them. */
export async function runGrid(request: GridRequest, job: Job): Promise<GridOutcome> {
  const { workspace, dataset, holdOut, folder } = request;
  const plans = await planCells(request);
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
  const total = plans.length * request.budgets.length;
  const before = reused * request.budgets.length;
  const report = (message: string) => {
    const done = Math.min(
      total,
      rounds.reduce((sum, n) => sum + n, before),
    );
    job.report({ stage: 'Benchmark', done, total, unit: 'rounds', message });
  };
  const votesFile = request.votes ? { votesFile: request.votes.path } : {};
  const tasks = open.map(
    ({ plan }): CellTask => ({ workspace, dataset: dataset.name, holdOut, folder, plan, ...votesFile }),
  );
  const cores = availableParallelism();
  const workers = request.jobs ?? cellsThatFit(await largestCell(request), availableMemory(), cores);
  const scarce = request.jobs === undefined && workers < Math.min(cores, tasks.length);
  report(`${reused} of ${plans.length} cells there already${scarce ? `; memory for ${workers} at a time` : ''}`);
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
  return { ...(await collect(request, plans)), reused };
}

/** Memory of the cells that take most of it, in bytes. */
async function largestCell(request: GridRequest): Promise<number> {
  const { dataset, seeds } = request;
  const sizes = request.compared.map(async (features) => {
    const encoder = await cellEncoder(dataset, { ...startOf(features, request), seed: seeds[0] });
    return cellMemory(encoder, dataset.file.image, dataset.train.length);
  });
  return Math.max(...(await Promise.all(sizes)));
}

const cellName = ({ features, plan: { strategy, seed } }: PlannedCell) =>
  `${readableStrategy(strategy)}, ${features}, seed ${seed}`;

/** What is on disk of the planned cells, complete or not. */
export async function collect(
  { dataset, folder }: Pick<GridRequest, 'dataset' | 'folder'>,
  plans: readonly PlannedCell[],
): Promise<Pick<GridOutcome, 'cells' | 'notes'>> {
  const cells: BenchmarkCell[] = [];
  const notes = new Set<string>();
  for (const { features, plan } of plans) {
    const file = await readCell(folder, cellKey(dataset, plan));
    const { strategy, seed } = plan;
    cells.push({ strategy, ...featureFields(features), seed, points: file?.rounds.map((round) => round.point) ?? [] });
    for (const round of file?.rounds ?? []) if (round.note) notes.add(round.note);
  }
  return { cells, notes: [...notes] };
}
