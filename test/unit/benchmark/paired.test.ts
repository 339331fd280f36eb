import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  type CellFile,
  type CellPlan,
  cellFileSchema,
  cellKey,
  cellPath,
  runCell,
} from '../../../src/engine/benchmark/cell';
import { cellEncoder } from '../../../src/engine/benchmark/dataset';
import { GENERATION } from '../../../src/engine/benchmark/generation';
import { planCells } from '../../../src/engine/benchmark/grid';
import type { Votes } from '../../../src/engine/benchmark/votes';
import { importDataset, rebuildCache } from '../../../src/engine/data/dataset/import';
import { openDataset } from '../../../src/engine/data/dataset/open';
import type { Dataset } from '../../../src/engine/data/dataset/type';
import { encoderDigest } from '../../../src/engine/features/digest';
import { silentJob } from '../../../src/engine/job';
import { requireNetwork } from '../../../src/engine/learner/learner';
import { startParameters } from '../../../src/engine/learner/training';
import { withClassifier } from '../../../src/engine/network/architectures';
import { strategyNamed } from '../../../src/engine/strategies/registry';
import { SIDE, writeImages } from '../../support/pictures';
import { temporaryFolder } from '../../support/temporaryFolder';

async function faces(): Promise<Dataset> {
  const workspace = await temporaryFolder();
  await writeImages(join(workspace, 'faces'), { classes: ['a', 'b', 'c'], train: 10, test: 2 });
  await importDataset({ workspace, folder: join(workspace, 'faces'), layout: 'auto' }, silentJob);
  const dataset = await openDataset(workspace, 'faces', silentJob, rebuildCache);
  onTestFinished(() => dataset.close());
  return dataset;
}

interface Wish extends Partial<CellPlan> {
  readonly strategy: string;
}

async function run(dataset: Dataset, wish: Wish, votes: Votes | null = null): Promise<CellFile> {
  const base = { options: {}, pretrained: false, architecture: 'small', learner: 'probe', seed: 0 } as const;
  const encoder = await cellEncoder(dataset, { ...base, ...wish });
  const plan: CellPlan = {
    ...base,
    budgets: [4, 8],
    first: 'random',
    encoder: encoderDigest(encoder),
    ...(votes ? { votes: votes.digest, oracle: 'votes' } : {}),
    ...wish,
  };
  const folder = join(dataset.directory, 'benchmarks/test');
  return runCell({ dataset, encoder, votes, plan, folder }, silentJob, () => {});
}

const firstPicks = (file: CellFile) => file.rounds[0].picks;
const figures = ({ rounds }: CellFile, round: number) => {
  const { selectionSeconds: _, trainingSeconds: __, ...rest } = rounds[round].point;
  return rest;
};

describe('strategies of a seed', () => {
  it('share pool, initial set and first figures; seeds do not', async () => {
    const dataset = await faces();
    const random = await run(dataset, { strategy: 'random' });
    for (const strategy of ['margin', 'coreset', 'maxHerding']) {
      const other = await run(dataset, { strategy });
      expect(firstPicks(other)).toEqual(firstPicks(random));
      expect(figures(other, 0)).toEqual(figures(random, 0));
      expect(other.rounds[1].picks).not.toEqual(random.rounds[1].picks);
    }
    expect(firstPicks(await run(dataset, { strategy: 'random', seed: 1 }))).not.toEqual(firstPicks(random));
  });

  it('share the first draw where the strategy chooses first, for those that draw at random or need a model can choose nothing yet', async () => {
    const dataset = await faces();
    const cold = { first: 'strategy' } as const;
    const first = async (strategy: string) => {
      const options = strategyNamed(strategy).withOptions({}).options;
      return firstPicks(await run(dataset, { strategy, options, ...cold }));
    };
    const shared = await first('random');
    for (const strategy of [
      'margin',
      'classBalancedRandom',
      'random-until-8-then-margin',
      'margin-until-8-then-random',
    ])
      expect(await first(strategy)).toEqual(shared);
    for (const strategy of ['maxHerding', 'maxHerding-until-8-then-random'])
      expect(await first(strategy)).not.toEqual(shared);
  });

  it("start training from the same weights, whatever is labelled, and seeds from others'", async () => {
    const dataset = await faces();
    const small = await cellEncoder(dataset, { pretrained: false, architecture: 'small', seed: 0 });
    const encoder = requireNetwork(small, 'finetune');
    const { pixels, normalisation } = dataset;
    const network = withClassifier(encoder.network, 3, 0.2);
    const start = (images: readonly number[], seed: number) => {
      const labelled = { indices: Int32Array.from(images), labels: Int32Array.from(images, (i) => i % 3) };
      return startParameters({ encoder, pixels, normalisation, classCount: 3, labelled, seed }, network, null);
    };
    const [ours, theirs, another] = [start([0, 1, 2], 5), start([7, 8, 9, 10], 5), start([0, 1, 2], 6)];
    expect([...ours.keys()]).toContain('head.weight');
    expect(theirs).toEqual(ours);
    expect(another.get('head.weight')).not.toEqual(ours.get('head.weight'));
    expect(pixels.width).toBe(SIDE);
  });

  it('get the same noisy answers, which a resumed cell repeats, and are measured on the known labels', async () => {
    const dataset = await faces();
    const shares = new Map([...dataset.images.keys()].map((i) => [i, Float64Array.of(0.4, 0.3, 0.3)]));
    const votes: Votes = { digest: 'd'.repeat(64), shares, ignored: [] };
    const random = await run(dataset, { strategy: 'random', budgets: [20, 28] }, votes);
    const coreset = await run(dataset, { strategy: 'coreset', budgets: [20, 28] }, votes);
    expect(random.rounds[0].point.labelledClasses).toEqual(coreset.rounds[0].point.labelledClasses);
    expect(figures(coreset, 0)).toEqual(figures(random, 0));
    const clean = await run(dataset, { strategy: 'random', budgets: [20, 28] });
    expect(firstPicks(clean)).toEqual(firstPicks(random));
    expect(figures(clean, 0).labelledClasses).not.toEqual(figures(random, 0).labelledClasses);
    // 20 answers at random against 20 that are right: what was learned of the bright places is worse
    expect(clean.rounds[0].point.accuracy).toBeGreaterThan(random.rounds[0].point.accuracy);
    expect(random.rounds[1].point.votes).toMatchObject({ images: 6 });
    expect(clean.rounds[1].point).not.toHaveProperty('votes');

    const path = cellPath(join(dataset.directory, 'benchmarks/test'), coreset.key);
    await writeFile(path, JSON.stringify({ ...coreset, rounds: coreset.rounds.slice(0, 1), done: false }));
    const resumed = await run(dataset, { strategy: 'coreset', budgets: [20, 28] }, votes);
    expect(resumed.rounds[1].picks).toEqual(coreset.rounds[1].picks);
    expect(figures(resumed, 1)).toEqual(figures(coreset, 1));
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(resumed);
  });
});

describe('cells of earlier versions', () => {
  const file = {
    digest: 'a'.repeat(64),
    labelDigest: 'b'.repeat(64),
    image: { width: 48, height: 48, channels: 1 },
  };
  const dataset = { file, test: Int32Array.of(3, 5, 8), pixels: { channels: 1, height: 48, width: 48 } };
  const plan: CellPlan = {
    strategy: 'margin',
    options: {},
    pretrained: true,
    architecture: 'small',
    encoder: 'c'.repeat(64),
    learner: 'auto',
    budgets: [7, 21, 35],
    first: 'strategy',
    seed: 2,
  };

  it('keep their keys', () => {
    expect(GENERATION).toBe(3);
    // what the code before this made of the plan, but for the generation
    const before = '613f4f29fdccdf4986f333b733139f620a4d54d2044e81a35fb99de945925359';
    expect(cellKey(dataset as unknown as Dataset, plan)).toBe(before);
    expect(cellKey(dataset as unknown as Dataset, { ...plan, votes: 'd'.repeat(64) })).not.toBe(before);
  });

  it('are planned with no more than they had', async () => {
    const [cell] = await planCells({
      workspace: '',
      dataset: dataset as unknown as Dataset,
      holdOut: false,
      folder: '',
      program: '',
      strategies: ['random'],
      compared: ['scratch'],
      seeds: [0],
      budgets: [4],
      first: 'strategy',
      learner: 'probe',
      architecture: 'small',
    });
    expect(cell.features).toBe('scratch');
    expect(Object.keys(cell.plan).sort()).toEqual(Object.keys(plan).sort());
  });

  it('are read without the counts of classes', () => {
    const point = {
      labelled: 7,
      accuracy: 0.5,
      macroF1: 0.5,
      macroRecall: 0.5,
      perClassRecall: [0.5],
      ece: 0.1,
      learner: 'probe',
      epochs: 3,
      stopped: 'converged',
      selectionSeconds: 0,
      trainingSeconds: 1,
    };
    const old = { schema: 1, key: 'e'.repeat(64), plan, rounds: [{ picks: ['x.png'], point }], done: true };
    expect(cellFileSchema.parse(old)).toEqual(old);
  });
});
