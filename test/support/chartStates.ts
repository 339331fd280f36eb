import { buildReport } from '../../src/engine/benchmark/report';
import type { ChartsState, ChartTexts } from '../../src/shared/protocol/charts';
import type { BenchmarkCell, BenchmarkReport } from '../../src/shared/schema/report';
import type { ResultsFile } from '../../src/shared/schema/results';

/** States of the page of charts, made up: curves that rise with the logarithm of the labels and scatter by seed. */

const digest = 'a'.repeat(64);
const seven = ['angry', 'disgust', 'fear', 'happy', 'neutral', 'sad', 'surprise'];

/** A number between −1 and 1 that depends on its arguments alone. */
const scatter = (...of: number[]): number => {
  const value = Math.sin(of.reduce((sum, one, i) => sum + one * (12.9898 + 7 * i), 1)) * 43758.5453;
  return 2 * (value - Math.floor(value)) - 1;
};

const clamped = (value: number): number => Math.max(0, Math.min(1, value));

export function report(
  strategies: readonly string[],
  options: {
    classes?: readonly string[];
    budgets?: readonly number[];
    seeds?: number;
    name?: string;
    dataset?: string;
  } = {},
): BenchmarkReport {
  const { classes = seven, budgets = [70, 140, 210, 280, 350, 420, 490], seeds = 3, name = 'cold start' } = options;
  const cells = [false, true].flatMap((pretrained) =>
    strategies.flatMap((strategy, s) =>
      Array.from(
        { length: seeds },
        (_, seed): BenchmarkCell => ({
          strategy,
          pretrained,
          seed,
          points: budgets.map((labelled, b) => {
            const gain = 0.055 - 0.003 * ((s * 5) % 7);
            const accuracy = clamped(
              (pretrained ? 0.34 : 0.24) + gain * Math.log2(labelled / budgets[0]) + 0.012 * scatter(seed, b, s),
            );
            return {
              labelled,
              accuracy,
              macroF1: clamped(accuracy - 0.05),
              macroRecall: clamped(accuracy - 0.04),
              perClassRecall: classes.map((_, c) => clamped(accuracy + 0.3 * scatter(c, 1) + 0.03 * scatter(c, b))),
              ece: clamped(0.2 - 0.1 * accuracy),
              learner: 'probe',
              epochs: 10,
              stopped: 'converged',
              selectionSeconds: 1,
              trainingSeconds: 2,
            };
          }),
        }),
      ),
    ),
  );
  return buildReport({
    name,
    dataset: { name: options.dataset ?? 'Sample faces', digest, train: 4000, test: 700, classes: [...classes] },
    protocol: {
      initial: budgets[0],
      budget: budgets[0],
      cycles: budgets.length,
      budgets: [...budgets],
      strategies: [...strategies],
      pretrained: 'both',
      seeds: Array.from({ length: seeds }, (_, i) => i),
      first: 'strategy',
      learner: 'probe',
      encoder: 'small',
      device: 'cpu',
    },
    cells,
  });
}

export function results(
  budgets: readonly number[],
  options: { classes?: readonly string[]; estimate?: boolean; pretrained?: boolean } = {},
): ResultsFile[] {
  const { classes = seven, estimate = false, pretrained = true } = options;
  return budgets.map((labelled, round) => {
    const accuracy = 0.3 + 0.06 * Math.log2(labelled / 10);
    const recalls = classes.map((_, c) => clamped(accuracy + 0.3 * scatter(c, 2) + 0.02 * scatter(c, round)));
    return {
      schema: 1,
      round,
      learner: 'probe',
      epochs: 10,
      stopped: 'converged',
      seed: 0,
      dataset: { name: 'Sample faces', digest },
      encoder: { pretrained, digest },
      labelled,
      perClass: Object.fromEntries(classes.map((name) => [name, Math.floor(labelled / classes.length)])),
      labels: digest,
      metrics: {
        count: 700,
        accuracy,
        macroF1: accuracy - 0.04,
        macroRecall: accuracy - 0.03,
        perClassRecall: recalls,
        perClassPrecision: recalls,
        perClassF1: recalls,
        confusion: [],
        ece: 0.1,
        logLoss: 1.5,
      },
      estimate,
      trainingSeconds: 3,
      model: 'models/0001.safetensors',
    };
  });
}

export const stateOf = (texts: ChartTexts, more: Partial<ChartsState> = {}): ChartsState => ({
  address: { workspace: '/faces', dataset: 'faces' },
  benchmark: null,
  exists: true,
  dataset: 'Sample faces',
  classes: seven,
  poolSize: 4000,
  results: [],
  benchmarks: [],
  problems: [],
  texts,
  ...more,
});

export const letters = Array.from({ length: 26 }, (_, i) => `letter ${String.fromCharCode(97 + i)}`);
