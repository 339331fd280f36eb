import { readdir } from 'node:fs/promises';
import { cpus } from 'node:os';
import { basename, dirname, join } from 'node:path';
import * as z from 'zod';
import { digest, imageId } from '../../shared/schema/common';
import { policySchema } from '../../shared/schema/policy';
import { type BenchmarkPoint, benchmarkPointSchema } from '../../shared/schema/report';
import type { Dataset } from '../data/dataset/type';
import { inputError } from '../errors';
import type { Looks } from '../features/kinds';
import type { Job } from '../job';
import { predictProbabilities } from '../numeric/linearHead';
import { type ActiveLearningRequest, activeLearning, type FinishedRound, type RoundOutcome } from '../rounds/loop';
import { modelFeatures } from '../rounds/model';
import { type LabelSource, oracle, voters } from '../rounds/sources';
import { threadCount } from '../runtime/threads';
import { digestOf } from '../store/digest';
import { readUtf8 } from '../store/door';
import { exists } from '../store/exists';
import { readJson, writeJson } from '../store/jsonFile';
import type { TimedRound } from './expectedTime';
import { GENERATION } from './generation';
import { sharedFit } from './sharedFit';
import { scoreAgainstVotes } from './voteScore';
import type { Votes } from './votes';

/** Everything that decides what a cell's figures are, apart from the dataset. */
export const cellPlanSchema = z.strictObject({
  policy: policySchema,
  /** Architecture of random weights. */
  architecture: z.string().min(1),
  /** Digest of what the models look at. */
  encoder: digest,
  /** Cumulative numbers of labels, ascending. */
  budgets: z.array(z.int().positive()).min(1),
  seed: z.int(),
  /** Digest of the votes that models are scored against; left out where there are none. */
  votes: digest.exactOptional(),
  /** Answers are drawn from the votes. */
  oracle: z.literal('votes').exactOptional(),
});
export type CellPlan = z.infer<typeof cellPlanSchema>;

/** Cells of schema 1 had no policy: `auto` followed another rule, and what people get could not be expressed. */
const CELL_SCHEMA = 2;

/** `cells/<key>.json` of a benchmark: one run of the loop, written anew after every round. */
export const cellFileSchema = z.strictObject({
  schema: z.literal(CELL_SCHEMA),
  key: digest,
  plan: cellPlanSchema,
  rounds: z.array(
    z.strictObject({ picks: z.array(imageId), point: benchmarkPointSchema, note: z.string().optional() }),
  ),
  done: z.boolean(),
  /** Where it was begun; absent in cells of earlier versions. */
  machine: z.strictObject({ processor: z.string(), threads: z.int() }).exactOptional(),
});
export type CellFile = z.infer<typeof cellFileSchema>;

/**
 * What a cell is stored under. Of the features only their digest counts, which the architecture goes into, and not the name:
 * kinds that come to the same, such as random weights under a probe, share their cells.
 */
export function cellKey(dataset: Dataset, { policy, architecture: _, ...plan }: CellPlan): string {
  const { digest: images, labelDigest, image, classes, layoutClasses } = dataset.file;
  const { features: __, ...rest } = policy;
  const held = digestOf(Array.from(dataset.test));
  // the digest of labels knows what the layout tells; which classes these are, and in which order, people may change
  const changed = layoutClasses ? { classes, layoutClasses } : {};
  const parts = { generation: GENERATION, images, labelDigest, ...changed, image, held };
  return digestOf({ ...parts, plan: { ...plan, policy: rest } });
}

export const cellPath = (folder: string, key: string) => join(folder, 'cells', `${key.slice(0, 32)}.json`);

/** What a machine is known by when times are compared. */
const thisProcessor = (): string => cpus()[0]?.model.trim() || process.arch;

/** Rounds of all cells in these folders of benchmarks that were run on a machine like this one, with what they took; a damaged file tells nothing. */
export async function timedRounds(folders: readonly string[]): Promise<TimedRound[]> {
  const rounds: TimedRound[] = [];
  for (const folder of folders)
    for (const name of await readdir(join(folder, 'cells')).catch(() => [])) {
      if (!name.endsWith('.json')) continue;
      const file = await readJson(join(folder, 'cells', name), cellFileSchema).catch(() => null);
      if (file?.machine?.processor !== thisProcessor()) continue;
      const { strategy, features } = file.plan.policy;
      for (const { point } of file.rounds)
        rounds.push({
          strategy,
          features,
          labelled: point.labelled,
          seconds: point.selectionSeconds + point.trainingSeconds,
        });
    }
  return rounds;
}

/** What is there of a cell; null when nothing is. */
export async function readCell(folder: string, key: string): Promise<CellFile | null> {
  const path = cellPath(folder, key);
  if (!(await exists(path))) return null;
  const file = await readJson(path, cellFileSchema, 'delete it and run the benchmark again');
  return file.key === key ? file : null;
}

/**
 * How many cells of schema 1 lie in a benchmark's folder: what they measured can't be compared with what is measured now.
 * `planned`: keys of cells that are none.
 */
export async function countEarlierCells(folder: string, planned: readonly string[]): Promise<number> {
  const known = new Set(planned.map((key) => basename(cellPath(folder, key))));
  const cells = dirname(cellPath(folder, ''));
  let count = 0;
  for (const name of await readdir(cells).catch(() => [])) {
    if (known.has(name) || !name.endsWith('.json')) continue;
    const file = await readUtf8(join(cells, name), 'json')
      .then(JSON.parse)
      .catch(() => null);
    if (file?.schema === 1) count++;
  }
  return count;
}

/** One cell with all that it is run on. */
export interface CellRun {
  /** As `benchmarkView` made it. */
  readonly dataset: Dataset;
  readonly looks: Looks;
  /** Those whose digest is in the plan; null when there is none. */
  readonly votes: Votes | null;
  readonly plan: CellPlan;
  /** The benchmark's folder. */
  readonly folder: string;
}

/** Runs a cell to its end, going on after its stored rounds. `onRound` is told the number of rounds on disk. */
export async function runCell(run: CellRun, job: Job, onRound: (rounds: number) => void): Promise<CellFile> {
  const { dataset, looks, votes, plan, folder } = run;
  const key = cellKey(dataset, plan);
  let file: CellFile = (await readCell(folder, key)) ?? {
    schema: CELL_SCHEMA,
    key,
    plan,
    rounds: [],
    done: false,
    machine: { processor: thisProcessor(), threads: threadCount() },
  };
  if (file.done) return file;
  const { policy, budgets, seed } = plan;
  const source = plan.oracle === 'votes' && votes ? voters(dataset, votes.shares, seed) : oracle(dataset);
  const finished: FinishedRound[] = [];
  for (const round of file.rounds) finished.push(await finishedRound(dataset, source, round.picks));
  const labelled = labelCounts(dataset.file.classes.length);
  for (const { answers } of finished) labelled.add(answers);
  const request: ActiveLearningRequest = { dataset, policy, looks, budgets, seed, source, finished };
  // all strategies of a seed start from the same images: that training is done once for all of them
  const shared = policy.first === 'random' ? { learn: sharedFit(dataset, budgets[0]) } : {};
  const rounds = activeLearning({ ...request, ...shared }, job);
  for await (const outcome of rounds) {
    labelled.add(outcome.answers);
    const scored = votes ? await voteScoreOf(run, votes, outcome, job) : null;
    const round = {
      picks: outcome.picks.map(({ index }) => dataset.images[index].id),
      point: { ...pointOf(dataset, outcome), labelledClasses: labelled.counts(), ...(scored ? { votes: scored } : {}) },
      ...(outcome.note === undefined ? {} : { note: outcome.note }),
    };
    file = { ...file, rounds: [...file.rounds, round] };
    await writeJson(cellPath(folder, key), file);
    onRound(file.rounds.length);
  }
  file = { ...file, done: true };
  await writeJson(cellPath(folder, key), file);
  return file;
}

/** A stored round, its answers asked for again: every source of a benchmark answers an image always alike. */
async function finishedRound(dataset: Dataset, source: LabelSource, images: readonly string[]): Promise<FinishedRound> {
  const picks = images.map((image) => ({ index: dataset.indexOf(image)!, score: 0, reason: '' }));
  return { picks, answers: await source.answer(Int32Array.from(picks, ({ index }) => index)) };
}

/** Counts labels by class over the rounds. */
function labelCounts(classCount: number) {
  const counts = new Array<number>(classCount).fill(0);
  return {
    add: (answers: ReadonlyMap<number, number>) => {
      for (const label of answers.values()) counts[label]++;
    },
    counts: () => [...counts],
  };
}

async function voteScoreOf({ dataset, looks }: CellRun, { shares }: Votes, { model }: RoundOutcome, job: Job) {
  const voted = dataset.test.filter((i) => shares.has(i));
  if (voted.length === 0) return null;
  const features = await modelFeatures(dataset, looks.features, model, voted, job);
  const votes = Array.from(voted, (i) => shares.get(i)!);
  return scoreAgainstVotes(predictProbabilities(model.head, features), votes);
}

function pointOf(dataset: Dataset, outcome: RoundOutcome): BenchmarkPoint {
  const { metrics, model } = outcome;
  if (!metrics) throw inputError(`Dataset ${dataset.name} has no test images with known labels to measure on.`);
  const { accuracy, macroF1, macroRecall, perClassRecall, ece } = metrics;
  return {
    labelled: outcome.labelled,
    accuracy,
    macroF1,
    macroRecall,
    perClassRecall: [...perClassRecall],
    ece,
    learner: model.learner,
    epochs: model.epochs,
    stopped: model.stopped,
    selectionSeconds: outcome.selectionSeconds,
    trainingSeconds: outcome.trainingSeconds,
  };
}
