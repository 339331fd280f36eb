import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type CellFile, type CellPlan, cellPath, readCell, runCell } from '../../../src/engine/benchmark/cell';
import { collect } from '../../../src/engine/benchmark/grid';
import { CellLooks } from '../../../src/engine/benchmark/looks';
import type { Votes } from '../../../src/engine/benchmark/votes';
import type { Dataset } from '../../../src/engine/data/dataset/type';
import { encoderDigest } from '../../../src/engine/features/digest';
import { FeatureOpener } from '../../../src/engine/features/kinds';
import { silentJob } from '../../../src/engine/job';
import { startParameters } from '../../../src/engine/learner/training';
import { withClassifier } from '../../../src/engine/network/architectures';
import { strategyNamed } from '../../../src/engine/strategies/registry';
import type { Policy } from '../../../src/shared/schema/policy';
import { importedFaces } from '../../support/importedFaces';
import { SIDE } from '../../support/pictures';

const faces = (): Promise<Dataset> => importedFaces({ classes: ['a', 'b', 'c'], train: 10, test: 2 });

interface Wish extends Partial<Pick<Policy, 'first'>>, Partial<Omit<CellPlan, 'policy'>> {
  readonly strategy: string;
}

async function run(dataset: Dataset, wish: Wish, votes: Votes | null = null): Promise<CellFile> {
  const { strategy, first = 'random', ...rest } = wish;
  const options = strategyNamed(strategy).withOptions({}).options;
  const policy: Policy = { features: 'scratch', learner: 'probe', first, strategy, options };
  const base = { policy, architecture: 'small', seed: 0, ...rest };
  const looks = await new CellLooks(dataset, silentJob).open(base);
  const plan: CellPlan = {
    budgets: [4, 8],
    encoder: encoderDigest(looks.features),
    ...(votes ? { votes: votes.digest, oracle: 'votes' } : {}),
    ...base,
  };
  const folder = join(dataset.directory, 'benchmarks/test');
  return runCell({ dataset, looks, votes, plan, folder }, silentJob, () => {});
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
    const first = async (strategy: string) => firstPicks(await run(dataset, { strategy, ...cold }));
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
    const looks = await new FeatureOpener(dataset, silentJob).open('scratch');
    const encoder = looks!.network!;
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
  it('are left alone, and the report says what to do with them', async () => {
    const dataset = await faces();
    const folder = join(dataset.directory, 'benchmarks/test');
    const old = JSON.stringify({ schema: 1, key: 'e'.repeat(64), plan: { learner: 'auto' }, rounds: [], done: true });
    await mkdir(join(folder, 'cells'), { recursive: true });
    for (const name of ['a', 'b']) await writeFile(join(folder, 'cells', `${name}.json`), old);
    const { key } = await run(dataset, { strategy: 'random' });
    expect((await readCell(folder, key))?.done).toBe(true);
    const { notes } = await collect({ dataset, folder }, []);
    expect(notes).toEqual([
      `2 cells of an earlier version lie in ${join(folder, 'cells')}; they followed another rule for the learner auto and are not used: delete them, or keep them with the version that made them.`,
    ]);
    expect(await readFile(join(folder, 'cells/a.json'), 'utf8')).toBe(old);
  });
});
