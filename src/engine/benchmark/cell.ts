import { join } from 'node:path';
import { z } from 'zod';
import { digest, imageId, schemaVersion } from '../../shared/schema/common';
import { type BenchmarkPoint, benchmarkPointSchema } from '../../shared/schema/report';
import type { Dataset } from '../data/dataset';
import { inputError } from '../errors';
import type { Job } from '../job';
import { type Encoder, learnerNames } from '../learner/learner';
import { digestOf } from '../rounds/digests';
import { activeLearning, type FinishedRound, type RoundOutcome } from '../rounds/loop';
import { oracle } from '../rounds/sources';
import { readJson, writeJson } from '../store/atomicFile';
import { exists } from '../store/exists';
import { strategyNamed } from '../strategies/registry';
import { GENERATION } from './generation';
import { sharedFit } from './sharedFit';

/** Everything that decides what a cell's figures are, apart from the dataset. */
export const cellPlanSchema = z.strictObject({
  strategy: z.string().min(1),
  options: z.record(z.string(), z.unknown()),
  pretrained: z.boolean(),
  /** Architecture of the encoder, or the name of a fixed descriptor. */
  architecture: z.string().min(1),
  encoder: digest,
  learner: z.enum([...learnerNames, 'auto']),
  /** Cumulative numbers of labels, ascending. */
  budgets: z.array(z.int().positive()).min(1),
  first: z.enum(['random', 'strategy']),
  seed: z.int(),
});
export type CellPlan = z.infer<typeof cellPlanSchema>;

/** `cells/<key>.json` of a benchmark: one run of the loop, written anew after every round. */
export const cellFileSchema = z.strictObject({
  schema: schemaVersion,
  key: digest,
  plan: cellPlanSchema,
  rounds: z.array(
    z.strictObject({ picks: z.array(imageId), point: benchmarkPointSchema, note: z.string().optional() }),
  ),
  done: z.boolean(),
});
export type CellFile = z.infer<typeof cellFileSchema>;

export function cellKey(dataset: Dataset, plan: CellPlan): string {
  const { digest: images, labelDigest, image } = dataset.file;
  const held = digestOf(Array.from(dataset.test));
  return digestOf({ generation: GENERATION, images, labelDigest, image, held, plan });
}

export const cellPath = (folder: string, key: string) => join(folder, 'cells', `${key.slice(0, 32)}.json`);

/** What is there of a cell; null when nothing is. */
export async function readCell(folder: string, key: string): Promise<CellFile | null> {
  const path = cellPath(folder, key);
  if (!(await exists(path))) return null;
  const file = await readJson(path, cellFileSchema, 'delete it and run the benchmark again');
  return file.key === key ? file : null;
}

/** Runs a cell to its end, going on after its stored rounds. `onRound` is told the number of rounds on disk. */
export async function runCell(
  dataset: Dataset,
  encoder: Encoder,
  plan: CellPlan,
  folder: string,
  job: Job,
  onRound: (rounds: number) => void,
): Promise<CellFile> {
  const key = cellKey(dataset, plan);
  let file: CellFile = (await readCell(folder, key)) ?? { schema: 1, key, plan, rounds: [], done: false };
  if (file.done) return file;
  const { learner, budgets, first, seed } = plan;
  const rounds = activeLearning(
    {
      ...{ dataset, encoder, learner, budgets, first, seed },
      strategy: strategyNamed(plan.strategy),
      strategyOptions: plan.options,
      source: oracle(dataset),
      finished: file.rounds.map((round) => finishedRound(dataset, round.picks)),
      // all strategies of a seed start from the same images: that training is done once for all of them
      ...(first === 'random' ? { learn: sharedFit(dataset, budgets[0]) } : {}),
    },
    job,
  );
  for await (const outcome of rounds) {
    const round = {
      picks: outcome.picks.map(({ index }) => dataset.images[index].id),
      point: pointOf(dataset, outcome),
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

function finishedRound(dataset: Dataset, images: readonly string[]): FinishedRound {
  const picks = images.map((image) => ({ index: dataset.indexOf(image)!, score: 0, reason: '' }));
  return { picks, answers: new Map(picks.map(({ index }) => [index, dataset.images[index].label!])) };
}

function pointOf(dataset: Dataset, outcome: RoundOutcome): BenchmarkPoint {
  const { metrics, model } = outcome;
  if (!metrics) throw inputError(`Dataset ${dataset.name} has no test images with known labels to measure on.`);
  const { accuracy, macroF1, macroRecall, perClassRecall, ece } = metrics;
  return {
    labelled: outcome.labelled,
    ...{ accuracy, macroF1, macroRecall, perClassRecall: [...perClassRecall], ece },
    ...{ learner: model.learner, epochs: model.epochs, stopped: model.stopped },
    selectionSeconds: outcome.selectionSeconds,
    trainingSeconds: outcome.trainingSeconds,
  };
}
