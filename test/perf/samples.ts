import { parseArgs } from 'node:util';
import { clusterByKMeans } from '../../src/engine/geometry/kMeans';
import { herdPool, measureCoverage } from '../../src/engine/geometry/poolHerding';
import { pureRadius } from '../../src/engine/geometry/pureRadius';
import { REGIONS, type RegionSize } from '../../src/engine/geometry/regions';
import { silentJob } from '../../src/engine/job';
import { type Matrix, rowsBetween, stackedUnitRows } from '../../src/engine/numeric/matrix';
import { Random } from '../../src/engine/numeric/random';
import { EXACT_ROWS } from '../../src/engine/numeric/sample';
import { makeSelectionData, sizeWith } from '../../src/engine/perf/selectionData';
import { coverGreedily } from '../../src/engine/strategies/probcover';
import { typicalPicks, typiclust } from '../../src/engine/strategies/typiclust';

/*
 * Each strategy that looks at samples of a large pool, on a pool that it can also look at in full: what the picks of a sample cover, as a share of
 * what those of the whole pool do. One JSON line each.
 */

interface Pool {
  /** Of length 1, pool and labelled. */
  readonly points: Matrix<Float32Array>;
  readonly pool: Matrix<Float32Array>;
  readonly labelled: Matrix<Float32Array>;
  readonly k: number;
  readonly classes: number;
}

/** What is looked at of a pool: more than `exactRows` images by a sample of so many and by regions. */
interface Limits {
  readonly exactRows: number;
  readonly regions: RegionSize;
}

type Covers = (pool: Pool, limits: Limits) => Promise<number>;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const stream = (): Random => Random.stream(0, 'select');

/** What of the pool the picks cover by the kernel of MaxHerding, in mean. */
async function kernelCoverage({ pool, labelled }: Pool, picks: readonly { readonly index: number }[]): Promise<number> {
  const indices = picks.map(({ index }) => index);
  const measured = await measureCoverage({ pool, labelled, sigma: 1 }, indices, silentJob);
  return sum(measured.map(({ gain }) => gain));
}

const strategies: Readonly<Record<string, Covers>> = {
  async typiclust(given, { exactRows }) {
    const { points, pool, k } = given;
    const { assignment } = await clusterByKMeans(points, 500, stream(), silentJob, { exactRows });
    const options = typiclust.withOptions({}).options as Parameters<typeof typicalPicks>[0]['options'];
    return kernelCoverage(
      given,
      await typicalPicks({ points, assignment, poolSize: pool.rows, k, options }, silentJob),
    );
  },
  async probcover({ points, pool, labelled, k, classes }, limits) {
    const radius = await pureRadius({ points, classes, purity: 0.95 }, stream(), silentJob);
    const picks = await coverGreedily({ pool, labelled, k, radius, random: stream(), ...limits }, silentJob);
    return sum(picks.map(({ score }) => score));
  },
  async maxHerding({ pool, labelled, k }, limits) {
    const picks = await herdPool({ pool, labelled, k, sigma: 1, random: stream(), ...limits }, silentJob);
    return sum(picks.map(({ gain }) => gain));
  },
};

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      rows: { type: 'string', default: '50000' },
      as: { type: 'string', multiple: true, default: ['50000', '1000000'] },
      labelled: { type: 'string', default: '1000' },
      strategies: { type: 'string', default: Object.keys(strategies).join(',') },
    },
  });
  const size = { ...sizeWith(Number(values.rows)), labelled: Number(values.labelled) };
  const { features, labelledFeatures, classCount } = await makeSelectionData(size);
  const points = stackedUnitRows(features!, labelledFeatures!);
  const given: Pool = {
    points,
    pool: rowsBetween(points, 0, size.pool),
    labelled: rowsBetween(points, size.pool, points.rows),
    k: size.budget,
    classes: classCount,
  };
  for (const strategy of values.strategies.split(',')) {
    const cover = strategies[strategy];
    if (cover === undefined) throw new Error(`There is no strategy "${strategy}" that looks at samples.`);
    const exact = await cover(given, { exactRows: Number.POSITIVE_INFINITY, regions: REGIONS });
    for (const as of values.as) {
      const scale = size.pool / Number(as);
      const limits = {
        exactRows: Math.min(size.pool - 1, Math.round(EXACT_ROWS * scale)),
        regions: { ...REGIONS, each: REGIONS.each * scale },
      };
      const started = process.cpuUsage();
      const found = await cover(given, limits);
      const { user, system } = process.cpuUsage(started);
      const about = {
        strategy,
        rows: size.pool,
        labelled: size.labelled,
        as: Number(as),
        cpu_seconds: (user + system) / 1e6,
      };
      console.log(JSON.stringify({ ...about, exact, found, share: found / exact }));
    }
  }
}

void main();
