import { parseArgs } from 'node:util';
import { rebuildCache } from '../../src/engine/data/dataset/import';
import { openDataset } from '../../src/engine/data/dataset/open';
import type { Dataset } from '../../src/engine/data/dataset/type';
import { FeatureOpener, type Looks } from '../../src/engine/features/kinds';
import type { Job } from '../../src/engine/job';
import { predictProbabilities } from '../../src/engine/numeric/linearHead';
import { row } from '../../src/engine/numeric/matrix';
import { argmax } from '../../src/engine/numeric/probabilities';
import { Random } from '../../src/engine/numeric/random';
import { labelCurve } from '../../src/engine/rounds/labelCurve';
import { activeLearning } from '../../src/engine/rounds/loop';
import { modelFeatures } from '../../src/engine/rounds/model';
import { oracle } from '../../src/engine/rounds/sources';
import { strategyNamed } from '../../src/engine/strategies/registry';
import { type Advice, adviceFrom, isTooFew } from '../../src/shared/advice';
import type { FeatureName } from '../../src/shared/features';
import type { LabelCurve, ResultsFile } from '../../src/shared/schema/results';
import { mean } from '../../src/shared/statistics';

/*
 * Rounds on known labels, measured as people's are: by models of shares of the labels, as versions before did by cross-validation alone, or on a
 * small random test set. After each round the advice
 * says what the next steps bring, and the whole test split tells what they did bring.
 */

const BUDGETS = [40, 60, 80, 100, 120, 140, 160, 180, 200, 300, 400];
/** Steps ahead that advice is asked for. */
const STEPS = [20, 100, 200];
/** Images of a test set that people would label. */
const TEST_SET = 200;

const { values, positionals } = parseArgs({
  options: {
    workspace: { type: 'string', default: '.' },
    features: { type: 'string', default: 'hog' },
    strategy: { type: 'string', default: 'random' },
    seeds: { type: 'string', default: '10' },
  },
  allowPositionals: true,
});
const job: Job = { signal: new AbortController().signal, report: () => {} };

interface Round {
  readonly labelled: number;
  /** On the whole test split. */
  readonly truth: number;
  readonly measured: Readonly<Record<Way, { readonly accuracy: number; readonly count: number } | null>>;
  /** Of models on shares of the labels. */
  readonly curve: LabelCurve | null;
}

const ways = ['shares', 'crossValidation', 'testSet'] as const;
type Way = (typeof ways)[number];

/** One run of a strategy: what people would have measured, and what was so. */
async function runOf(dataset: Dataset, looks: Looks, seed: number): Promise<Round[]> {
  // without a test split, so that rounds estimate by cross-validation
  const untested: Dataset = Object.create(dataset, { test: { value: new Int32Array() } });
  const known = new Map([...dataset.test].map((i) => [i, dataset.images[i]?.label ?? -1]));
  const drawn = Random.stream(seed, 'split').permutation(dataset.test.length).subarray(0, TEST_SET);
  const testSet = new Set(Array.from(drawn, (i) => dataset.test[i] ?? -1));
  const { name, options } = strategyNamed(values.strategy).withOptions({});
  const policy = { features: 'product', learner: 'probe', first: 'strategy', strategy: name, options } as const;
  const rounds: Round[] = [];
  const source = oracle(dataset);
  const given = new Map<number, number>();
  for await (const { labelled, answers, model, metrics } of activeLearning(
    { dataset: untested, policy, looks, budgets: BUDGETS, seed, source },
    job,
  )) {
    const features = await modelFeatures(dataset, looks.features, model, dataset.test, job);
    const probabilities = predictProbabilities(model.head, features);
    const right = new Map([...dataset.test].map((i, r) => [i, Number(argmax(row(probabilities, r)) === known.get(i))]));
    const share = (of: Iterable<number>) => mean([...of].map((i) => right.get(i) ?? 0)) ?? 0;
    for (const [i, label] of answers) given.set(i, label);
    const estimated = metrics && { accuracy: metrics.accuracy, count: metrics.count };
    rounds.push({
      labelled,
      curve: await labelCurve(untested, model, given, job),
      truth: share([...dataset.test].filter((i) => !testSet.has(i))),
      measured: {
        shares: estimated,
        crossValidation: estimated,
        testSet: { accuracy: share(testSet), count: TEST_SET },
      },
    });
  }
  return rounds;
}

/** As much of results as advice looks at. */
const resultsOf = ({ labelled, measured, curve }: Round, way: Way): ResultsFile =>
  ({
    metrics: measured[way],
    estimate: way !== 'testSet',
    ...(way === 'shares' && curve ? { curve } : {}),
    learner: 'probe',
    dataset: { name: '', digest: '' },
    perClass: {},
    labelled,
  }) as unknown as ResultsFile;

interface Case {
  readonly rounds: number;
  readonly step: number;
  readonly advice: Advice;
  readonly truth: number;
}

function casesOf(rounds: readonly Round[], way: Way): Case[] {
  return rounds.flatMap((now, i) =>
    STEPS.flatMap((step) => {
      const then = rounds.find(({ labelled }) => labelled === now.labelled + step);
      const advice = adviceFrom(
        rounds.slice(0, i + 1).map((round) => resultsOf(round, way)),
        { more: step },
      );
      return then && !isTooFew(advice) ? [{ rounds: i + 1, step, advice, truth: then.truth - now.truth }] : [];
    }),
  );
}

const points = (share: number | null): string => (share === null ? '–' : (100 * share).toFixed(1));

function report(way: string, cases: readonly Case[]): void {
  for (const step of STEPS) {
    const of = cases.filter((one) => one.step === step);
    if (of.length === 0) continue;
    const held = of.filter(({ advice: { next }, truth }) => truth >= next.gain.low! && truth <= next.gain.high!);
    const figures = [
      `${way} +${step}`,
      `${of.length} cases`,
      `held ${points(held.length / of.length)} %`,
      `half width ${points(mean(of.map(({ advice: { next } }) => (next.gain.high! - next.gain.low!) / 2)))}`,
      `foretold ${points(mean(of.map(({ advice: { next } }) => next.gain.middle!)))}`,
      `came ${points(mean(of.map(({ truth }) => truth)))}`,
      `error ${points(mean(of.map(({ advice: { next }, truth }) => Math.abs(next.gain.middle! - truth))))}`,
    ];
    process.stdout.write(`${figures.join('   ')}\n`);
  }
}

async function main(): Promise<void> {
  const dataset = await openDataset(values.workspace, positionals[0] ?? '', job, rebuildCache);
  const looks = await new FeatureOpener(dataset, job).open(values.features as FeatureName);
  if (!looks) throw new Error(`The dataset has no features ${values.features}.`);
  const runs: Round[][] = [];
  for (let seed = 0; seed < Number(values.seeds); seed++) runs.push(await runOf(dataset, looks, seed));
  for (const way of ways)
    report(
      way,
      runs.flatMap((rounds) => casesOf(rounds, way)),
    );
  dataset.close();
  if (process.env.ADVICE_DUMP) (await import('node:fs')).writeFileSync(process.env.ADVICE_DUMP, JSON.stringify(runs));
}

void main();
