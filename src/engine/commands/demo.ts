import { join } from 'node:path';
import { importDataset } from '../data/dataset';
import type { Job } from '../job';
import { writeSampleFaces } from '../sample/write';
import { type BenchmarkOutcome, benchmark, describeBenchmark } from './benchmark';
import { pretrain } from './pretrain';

export interface DemoOptions {
  readonly workspace: string;
  /** Synthetic training faces. */
  readonly faces: number;
  /** Length of the pre-training. */
  readonly minutes: number;
}

const NAME = 'sample-faces';
const SEED = 1;
/** Side of the pictures on disk, which people look at. */
const PICTURE_SIZE = 96;
/** Side of what the network sees: expressions can still be told, and a pass takes less than half as long as at 48 pixels. */
const IMAGE_SIZE = 32;
const TEST_FACES = 700;

/** Draws synthetic faces, learns from them without labels, and compares strategies; each part only where it is missing. */
export async function demo({ workspace, faces, minutes }: DemoOptions, job: Job): Promise<BenchmarkOutcome> {
  const folder = join(workspace, NAME);
  await writeSampleFaces(
    { folder, train: faces, test: TEST_FACES, seed: SEED, size: PICTURE_SIZE, labelled: true },
    job,
  );
  await importDataset({ workspace, folder, layout: 'sample', name: NAME, imageSize: IMAGE_SIZE }, job);
  await pretrain({ workspace, dataset: NAME, preset: 'quick', minutes, seed: SEED, restart: false }, job);
  const amount = (value: number) => ({ value, percent: false });
  return benchmark(
    {
      ...{ workspace, subject: NAME, name: 'demo', strategies: ['maxHerding'], pretrained: 'both' },
      // two labels a class to start with; without pre-training the same loop trains everything to its stop rule
      ...{ initial: amount(14), budget: amount(21), cycles: 3, seeds: 3, first: 'strategy', learner: 'auto' },
    },
    job,
  );
}

export const describeDemo = (outcome: BenchmarkOutcome): string =>
  `Synthetic faces, drawn by Warmstart; figures on them say how the tool works, not how well it does on photographs.\n\n${describeBenchmark(outcome)}`;
