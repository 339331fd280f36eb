import { parseArgs } from 'node:util';
import { clusterByKMeans } from '../../src/engine/geometry/kMeans';
import { pureRadius } from '../../src/engine/geometry/pureRadius';
import { herdFromSample, measureCoverage } from '../../src/engine/geometry/sampledHerding';
import { silentJob } from '../../src/engine/job';
import { type Matrix, rowsBetween, stackedUnitRows } from '../../src/engine/numeric/matrix';
import { Random } from '../../src/engine/numeric/random';
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

/** Looks at so many images at most. */
type Covers = (pool: Pool, exactRows: number) => Promise<number>;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const stream = (): Random => Random.stream(0, 'select');

/** What of the pool the picks cover by the kernel of MaxHerding, in mean. */
async function kernelCoverage({ pool, labelled }: Pool, picks: readonly { readonly index: number }[]): Promise<number> {
  const indices = picks.map(({ index }) => index);
  const measured = await measureCoverage({ pool, labelled, sigma: 1 }, indices, silentJob);
  return sum(measured.map(({ gain }) => gain));
}

const strategies: Readonly<Record<string, Covers>> = {
  async typiclust(given, exactRows) {
    const { points, pool, k } = given;
    const { assignment } = await clusterByKMeans(points, 500, stream(), silentJob, { exactRows });
    const ranking = { pairs: 25 * (exactRows / 500), fewest: 5, random: stream() }; // of clusters of a hundred a quarter
    const options = typiclust.withOptions({}).options as Parameters<typeof typicalPicks>[0]['options'];
    const request = { points, assignment, poolSize: pool.rows, k, options };
    const isSample = exactRows < points.rows;
    return kernelCoverage(given, await typicalPicks({ ...request, ...(isSample && { ranking }) }, silentJob));
  },
  async probcover({ points, pool, labelled, k, classes }, exactRows) {
    const radius = await pureRadius({ points, classes, purity: 0.95 }, stream(), silentJob);
    const picks = await coverGreedily({ pool, labelled, k, radius, random: stream(), exactRows }, silentJob);
    return sum(picks.map(({ score }) => score));
  },
  async maxHerding({ pool, labelled, k }, exactRows) {
    const picks = await herdFromSample({ pool, labelled, k, sigma: 1, random: stream(), exactRows }, silentJob);
    return sum(picks.map(({ gain }) => gain));
  },
};

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      rows: { type: 'string', default: '50000' },
      sample: { type: 'string', multiple: true, default: ['12500'] },
      strategies: { type: 'string', default: Object.keys(strategies).join(',') },
    },
  });
  const size = sizeWith(Number(values.rows));
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
    const exact = await cover(given, Number.POSITIVE_INFINITY);
    for (const sample of values.sample) {
      const started = process.cpuUsage();
      const found = await cover(given, Number(sample));
      const { user, system } = process.cpuUsage(started);
      const about = { strategy, rows: size.pool, sample: Number(sample), cpu_seconds: (user + system) / 1e6 };
      console.log(JSON.stringify({ ...about, exact, found, share: found / exact }));
    }
  }
}

void main();
