import { baselineStrategy } from '../../shared/chart/curve';
import { type FeatureName, featureFields, featuresOf, inReportOrder, pretrainedChoices } from '../../shared/features';
import type {
  BenchmarkCell,
  BenchmarkPoint,
  BenchmarkReport,
  BenchmarkSummary,
  SummaryPoint,
} from '../../shared/schema/report';
import { holm, signFlipTest } from '../../shared/signFlip';
import {
  areaUnderBudgetCurve,
  type BudgetAxis,
  defaultAxis,
  labelsToReach,
  mean,
  pairedComparison,
  pairedDifferences,
  sampleStandardDeviation,
} from '../../shared/statistics';
import { inputError } from '../errors';
import { Random } from '../numeric/random';
import { DEFAULT_STRATEGY } from '../strategies/registry';
import { compareStrategies } from './comparisons';

/** A benchmark as it was run, finished or not. */
export interface Study extends Pick<BenchmarkReport, 'name' | 'dataset' | 'protocol' | 'cells'> {
  /** By default logarithmic when the budgets span a factor of ten or more. */
  readonly axis?: BudgetAxis;
  /** What could not be done as asked. */
  readonly notes?: readonly string[];
}

/**
 * Summarises the cells. Rows exist for the whole planned grid, also where nothing has been run yet. Means at a budget
 * are over the seeds measured there; areas and differences only over complete cells.
 * @throws UserError when a cell is no part of the planned grid or is there twice: its results would be lost.
 */
export function buildReport(study: Study): BenchmarkReport {
  checkCells(study);
  const { name, dataset, protocol } = study;
  const axis = study.axis ?? defaultAxis(protocol.budgets);
  const cells = study.cells.map((cell) => ({
    ...cell,
    points: [...cell.points].sort((a, b) => a.labelled - b.labelled),
  }));
  const rows = rowsOf(study).map(({ strategy, features }) => rowOf(study, cells, strategy, features, axis));
  const randomOf = ({ features }: Row) =>
    rows.find((other) => other.strategy === baselineStrategy && other.features === features);
  const tests = signFlipTests(rows, randomOf);
  const summary = rows.map((row, i): BenchmarkSummary => {
    const isRandom = row.strategy === baselineStrategy;
    const random = randomOf(row);
    const baseline = rows.find((other) => other.strategy === baselineStrategy && other.features === 'scratch');
    const compare = (other: Row | undefined) => {
      if (!other || other === row) return null;
      const draws = Random.stream(0, `bootstrap/${row.strategy}/${row.features}/${other.features}`);
      return pairedComparison(row.areas, other.areas, () => draws.uniform());
    };
    return {
      strategy: row.strategy,
      ...featureFields(row.features),
      completeSeeds: [...row.areas.keys()],
      points: row.points,
      aubc: spreadOf([...row.areas.values()]),
      aubcMacroF1: spreadOf(row.macroF1Areas),
      differenceToRandom: isRandom ? null : compare(random),
      signFlip: tests[i],
      differenceToBaseline: compare(baseline),
      labelsToMatchRandom: isRandom || !random ? null : labelsToMatch(row, random, protocol.budgets),
    };
  });
  // chosen rows are no comparison of strategies on equal features
  const compared = protocol.rows ? [] : comparedIn(study);
  const comparisons = compared.map((features) => compareStrategies(protocol, cells, features));
  return { schema: 1, name, dataset, protocol, cells, summary, comparisons, notes: [...(study.notes ?? [])], axis };
}

/**
 * Each row's sign-flip test against random on the same features; the rows on one kind of features are one family for
 * Holm's correction.
 */
function signFlipTests(
  rows: readonly Row[],
  randomOf: (row: Row) => Row | undefined,
): (NonNullable<BenchmarkSummary['signFlip']> | null)[] {
  const tests = rows.map((row) => {
    const random = randomOf(row);
    if (!random || random === row) return null;
    const draws = Random.stream(0, `sign-flip/${row.strategy}/${row.features}`);
    return signFlipTest(pairedDifferences(row.areas, random.areas), () => draws.uniform());
  });
  const corrected = (features: FeatureName) =>
    holm(tests.map((test, i) => (test && rows[i].features === features ? test.p : null)));
  const families = new Map([...new Set(rows.map((row) => row.features))].map((name) => [name, corrected(name)]));
  return tests.map((test, i) => test && { ...test, holm: families.get(rows[i].features)?.[i] ?? test.p });
}

function spreadOf(values: readonly number[]): BenchmarkSummary['aubc'] {
  const centre = mean(values);
  return centre === null ? null : { mean: centre, sd: sampleStandardDeviation(values), n: values.length };
}

interface Row {
  readonly strategy: string;
  readonly features: FeatureName;
  readonly points: SummaryPoint[];
  /** AUBC of every complete cell, by seed. */
  readonly areas: Map<number, number>;
  /** The same for macro-F1, in the same order. */
  readonly macroF1Areas: number[];
}

const isProduct = ({ strategy, features }: Pick<Row, 'strategy' | 'features'>): boolean =>
  features === 'product' && strategy === DEFAULT_STRATEGY;

/** The rows that were chosen, in their order; otherwise all, first the one that people get by default. */
function rowsOf({ protocol }: Pick<Study, 'protocol'>): readonly Pick<Row, 'strategy' | 'features'>[] {
  return (
    protocol.rows ??
    comparedIn({ protocol })
      .flatMap((features) => protocol.strategies.map((strategy) => ({ strategy, features })))
      .sort((a, b) => Number(isProduct(b)) - Number(isProduct(a)))
  );
}

/** In the order of `inReportOrder`: what people get, then without pre-training, where the comparison starts. */
function comparedIn({ protocol }: Pick<Study, 'protocol'>): FeatureName[] {
  const { pretrained, features } = protocol;
  const compared: readonly FeatureName[] = features ?? pretrainedChoices[pretrained];
  return inReportOrder(compared);
}

function checkCells(study: Study): void {
  const seen = new Set<string>();
  for (const cell of study.cells) {
    const name = `${cell.strategy}, features ${featuresOf(cell)}, seed ${cell.seed}`;
    const problem = seen.has(name) ? 'is there twice' : problemOf(cell, study);
    if (problem)
      throw inputError(
        `Benchmark "${study.name}": the cell (${name}) ${problem}; start the benchmark anew under another name.`,
      );
    seen.add(name);
  }
}

/** What makes a cell no part of the planned grid; null when it is one. */
function problemOf(cell: BenchmarkCell, { protocol }: Study): string | null {
  const { seeds, budgets } = protocol;
  const isIn = (row: Pick<Row, 'strategy' | 'features'>) =>
    row.strategy === cell.strategy && row.features === featuresOf(cell);
  if (!rowsOf({ protocol }).some(isIn) || !seeds.includes(cell.seed)) return 'is not in its plan';
  if (cell.points.some((point) => !budgets.includes(point.labelled)))
    return 'was measured at a number of labels that is not in its plan';
  const measured = new Set(cell.points.map((point) => point.labelled));
  return measured.size < cell.points.length ? 'was measured twice at the same number of labels' : null;
}

function rowOf(study: Study, all: BenchmarkCell[], strategy: string, features: FeatureName, axis: BudgetAxis): Row {
  const { budgets, seeds } = study.protocol;
  const cells = seeds.flatMap((seed) =>
    all.filter((cell) => cell.strategy === strategy && featuresOf(cell) === features && cell.seed === seed),
  );
  const points = budgets.flatMap((labelled) => {
    const measured = cells.flatMap((cell) => cell.points.filter((point) => point.labelled === labelled));
    return measured.length > 0 ? [summaryPoint(labelled, measured)] : [];
  });
  const areas = new Map<number, number>();
  const macroF1Areas: number[] = [];
  const areaOf = (cell: BenchmarkCell, metric: 'accuracy' | 'macroF1') =>
    areaUnderBudgetCurve(
      cell.points.map((point) => ({ labelled: point.labelled, value: point[metric] })),
      axis,
    );
  for (const cell of cells) {
    if (cell.points.length < budgets.length) continue;
    const [area, macroF1] = [areaOf(cell, 'accuracy'), areaOf(cell, 'macroF1')];
    if (area !== null) areas.set(cell.seed, area);
    if (macroF1 !== null) macroF1Areas.push(macroF1);
  }
  return { strategy, features, points, areas, macroF1Areas };
}

function summaryPoint(labelled: number, points: readonly BenchmarkPoint[]): SummaryPoint {
  const average = (value: (point: BenchmarkPoint) => number) => mean(points.map(value)) ?? 0;
  const deviation = (value: (point: BenchmarkPoint) => number) => sampleStandardDeviation(points.map(value));
  const classes = points[0].perClassRecall.map((_, c) =>
    mean(points.map((point) => point.perClassRecall[c]).filter((recall) => recall !== null && recall !== undefined)),
  );
  return {
    labelled,
    n: points.length,
    meanAccuracy: average((point) => point.accuracy),
    sdAccuracy: deviation((point) => point.accuracy),
    meanMacroF1: average((point) => point.macroF1),
    sdMacroF1: deviation((point) => point.macroF1),
    meanMacroRecall: average((point) => point.macroRecall),
    sdMacroRecall: deviation((point) => point.macroRecall),
    meanEce: average((point) => point.ece),
    sdEce: deviation((point) => point.ece),
    meanPerClassRecall: classes,
    meanSelectionSeconds: average((point) => point.selectionSeconds),
    meanTrainingSeconds: average((point) => point.trainingSeconds),
    meanClassesFound: meanClassesFound(points),
    ...meanVotes(points),
  };
}

/** Null when a cell of an earlier version does not know: a mean over some would compare seeds. */
function meanClassesFound(points: readonly BenchmarkPoint[]): number | null {
  const found = points.flatMap(({ labelledClasses }) => labelledClasses?.filter((n) => n > 0).length ?? []);
  return found.length === points.length ? mean(found) : null;
}

function meanVotes(points: readonly BenchmarkPoint[]): Pick<SummaryPoint, 'votes'> {
  const scores = points.flatMap(({ votes }) => votes ?? []);
  const [logLoss, agreement] = [mean(scores.map((s) => s.logLoss)), mean(scores.map((s) => s.agreement))];
  if (scores.length < points.length || logLoss === null || agreement === null) return {};
  return { votes: { meanLogLoss: logLoss, meanAgreement: agreement } };
}

/** Only between rows that have the same seeds everywhere: otherwise seeds would be compared, not strategies. */
function labelsToMatch(row: Row, random: Row, budgets: readonly number[]): number | null {
  const same = row.areas.size > 0 && [...row.areas.keys()].join() === [...random.areas.keys()].join();
  const whole = [row, random].every((one) => one.points.every((point) => point.n === one.areas.size));
  const target = random.points.find((point) => point.labelled === budgets[budgets.length - 1]);
  if (!same || !whole || !target) return null;
  const curve = row.points.map((point) => ({ labelled: point.labelled, value: point.meanAccuracy }));
  return labelsToReach(curve, target.meanAccuracy);
}
