import { join } from 'node:path';
import { baselineStrategy } from '../../shared/chart/curve';
import type { NamedRow } from '../../shared/schema/report';
import type { Job } from '../job';
import { DEFAULT_STRATEGY } from '../strategies/registry';
import { type BenchmarkOutcome, benchmark, describeBenchmark } from './benchmark';
import { pretrain } from './pretrain';
import { sample } from './sample';

export interface DemoOptions {
  readonly workspace: string;
  /** Synthetic training faces. */
  readonly faces: number;
  /** Length of the pre-training, in passes over them: a length in minutes would end elsewhere each time. */
  readonly epochs: number;
}

const NAME = 'sample-faces';
const SEED = 1;
const TEST_FACES = 700;

/** What the demo compares: what people get, the paper's way there, and what both of them stand against. */
const rows: readonly NamedRow[] = [
  { strategy: DEFAULT_STRATEGY, features: 'product', name: 'What Warmstart does by default' },
  { strategy: baselineStrategy, features: 'product', name: 'The same encoder, random labels' },
  { strategy: DEFAULT_STRATEGY, features: 'pretrained', name: "The paper's two steps" },
  // HOG alone keeps the comparison honest
  { strategy: baselineStrategy, features: 'hog', name: 'Random labels, gradients (HOG)' },
  { strategy: baselineStrategy, features: 'scratch', name: 'Random labels, no pre-training' },
];

/** Draws synthetic faces, learns from them without labels, and compares strategies; each part only where it is missing. */
export async function demo({ workspace, faces, epochs }: DemoOptions, job: Job): Promise<BenchmarkOutcome> {
  const folder = join(workspace, NAME);
  await sample({ workspace, folder, faces, testFaces: TEST_FACES, name: NAME }, job);
  await pretrain({ workspace, dataset: NAME, preset: 'quick', epochs, seed: SEED, restart: false }, job);
  const amount = (value: number) => ({ value, percent: false });
  return benchmark(
    {
      workspace,
      subject: NAME,
      name: 'demo',
      strategies: rows.map(({ strategy }) => strategy),
      features: rows.map(({ features }) => features),
      rows,
      // the cold start: three to five labels a class; without pre-training the same loop trains everything to its stop rule
      initial: amount(21),
      budget: amount(7),
      cycles: 3,
      seeds: 3,
      first: 'strategy',
      learner: 'auto',
    },
    job,
  );
}

export const describeDemo = (outcome: BenchmarkOutcome): string =>
  `Synthetic faces, drawn by Warmstart; figures on them say how the tool works, not how well it does on photographs.\n\n${describeBenchmark(outcome)}`;
