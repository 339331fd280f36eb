import { baselineStrategy } from '../../shared/chart/reportChart';
import type {
  BenchmarkCell,
  BenchmarkPoint,
  BenchmarkReport,
  BenchmarkSummary,
  SummaryPoint,
} from '../../shared/schema/report';
import {
  areaUnderBudgetCurve,
  type BudgetAxis,
  defaultAxis,
  labelsToReach,
  mean,
  pairedComparison,
  sampleStandardDeviation,
} from '../../shared/statistics';
import { inputError } from '../errors';
import { Random } from '../random';

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
  const rows = pretrainingOf(study).flatMap((pretrained) =>
    protocol.strategies.map((strategy) => rowOf(study, cells, strategy, pretrained, axis)),
  );
  const summary = rows.map((row): BenchmarkSummary => {
    const isRandom = row.strategy === baselineStrategy;
    const random = rows.find((other) => other.strategy === baselineStrategy && other.pretrained === row.pretrained);
    const baseline = rows.find((other) => other.strategy === baselineStrategy && !other.pretrained);
    const compare = (other: Row | undefined) => {
      if (!other || other === row) return null;
      const draws = Random.stream(0, `bootstrap/${row.strategy}/${row.pretrained}/${other.pretrained}`);
      return pairedComparison(row.areas, other.areas, () => draws.uniform());
    };
    const areas = [...row.areas.values()];
    const area = mean(areas);
    return {
      strategy: row.strategy,
      pretrained: row.pretrained,
      completeSeeds: [...row.areas.keys()],
      points: row.points,
      aubc: area === null ? null : { mean: area, sd: sampleStandardDeviation(areas), n: areas.length },
      differenceToRandom: isRandom ? null : compare(random),
      differenceToBaseline: compare(baseline),
      labelsToMatchRandom: isRandom || !random ? null : labelsToMatch(row, random, protocol.budgets),
    };
  });
  return { schema: 1, name, dataset, protocol, cells, summary, notes: [...(study.notes ?? [])], axis };
}

interface Row {
  readonly strategy: string;
  readonly pretrained: boolean;
  readonly points: SummaryPoint[];
  /** AUBC of every complete cell, by seed. */
  readonly areas: Map<number, number>;
}

/** Without pre-training first: it is where the comparison starts. */
export function pretrainingOf({ protocol }: Pick<Study, 'protocol'>): boolean[] {
  return protocol.pretrained === 'both' ? [false, true] : [protocol.pretrained === 'yes'];
}

function checkCells(study: Study): void {
  const { protocol } = study;
  const seen = new Set<string>();
  for (const cell of study.cells) {
    const name = `${cell.strategy}, ${cell.pretrained ? 'with' : 'without'} pre-training, seed ${cell.seed}`;
    const planned =
      protocol.strategies.includes(cell.strategy) &&
      protocol.seeds.includes(cell.seed) &&
      pretrainingOf(study).includes(cell.pretrained);
    const problem = !planned
      ? 'is not in its plan'
      : seen.has(name)
        ? 'is there twice'
        : cell.points.some((point) => !protocol.budgets.includes(point.labelled))
          ? 'was measured at a number of labels that is not in its plan'
          : new Set(cell.points.map((point) => point.labelled)).size < cell.points.length
            ? 'was measured twice at the same number of labels'
            : null;
    if (problem)
      throw inputError(
        `Benchmark "${study.name}": the cell (${name}) ${problem}; start the benchmark anew under another name.`,
      );
    seen.add(name);
  }
}

function rowOf(study: Study, all: BenchmarkCell[], strategy: string, pretrained: boolean, axis: BudgetAxis): Row {
  const { budgets, seeds } = study.protocol;
  const cells = seeds.flatMap((seed) =>
    all.filter((cell) => cell.strategy === strategy && cell.pretrained === pretrained && cell.seed === seed),
  );
  const points = budgets.flatMap((labelled) => {
    const measured = cells.flatMap((cell) => cell.points.filter((point) => point.labelled === labelled));
    return measured.length > 0 ? [summaryPoint(labelled, measured)] : [];
  });
  const areas = new Map<number, number>();
  for (const cell of cells) {
    if (cell.points.length < budgets.length) continue;
    const curve = cell.points.map((point) => ({ labelled: point.labelled, value: point.accuracy }));
    const area = areaUnderBudgetCurve(curve, axis);
    if (area !== null) areas.set(cell.seed, area);
  }
  return { strategy, pretrained, points, areas };
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
  };
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
