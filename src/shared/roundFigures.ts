import { resultClasses } from './resultClasses';
import type { ResultsFile } from './schema/results';
import type { Interval } from './statistics';
import { wilsonInterval } from './wilson';

/** What a round's results say of one class. */
export interface ClassFigures {
  readonly name: string;
  /** Labels that were trained on. */
  readonly labels: number;
  /** Images of the class that the model was measured on. */
  readonly images: number;
  /** Null where there was none to measure on. */
  readonly recall: number | null;
  /** Null where the model never answers the class. */
  readonly precision: number | null;
}

/** What a model was measured to do, as a page and the command line show it. */
export interface RoundFigures {
  readonly round: number;
  readonly labelled: number;
  readonly learner: string;
  /** Whether it was measured by cross-validation on the labelled images. */
  readonly estimate: boolean;
  /** Whether it was measured on a test set that was drawn at random from the images. */
  readonly drawn: boolean;
  /** Images measured on; 0 where nothing could be. */
  readonly count: number;
  readonly accuracy: number | null;
  /** At 95 %, from the number of images alone. */
  readonly interval: Interval | null;
  readonly macroF1: number | null;
  readonly classes: readonly ClassFigures[];
  /** [true class][predicted class]; empty where nothing was measured. */
  readonly confusion: readonly (readonly number[])[];
  /** Classes without any label: no model can answer them. */
  readonly missing: readonly string[];
}

/** The figures of a results file, of the classes that it was measured on: the dataset's may be others by now. */
export function roundFigures(results: ResultsFile): RoundFigures {
  const { round, labelled, learner, estimate, metrics, perClass } = results;
  const names = resultClasses(results);
  const predicted = (c: number) => metrics?.confusion.reduce((sum, row) => sum + (row[c] ?? 0), 0) ?? 0;
  const figures = names.map((name, c): ClassFigures => {
    const images = metrics?.confusion[c]?.reduce((sum, n) => sum + n, 0) ?? 0;
    return {
      name,
      labels: perClass[name] ?? 0,
      images,
      recall: metrics?.perClassRecall[c] ?? null,
      precision: predicted(c) > 0 ? (metrics?.perClassPrecision[c] ?? null) : null,
    };
  });
  return {
    round,
    labelled,
    learner,
    estimate,
    drawn: results.testSet !== undefined,
    count: metrics?.count ?? 0,
    accuracy: metrics?.accuracy ?? null,
    interval: metrics && wilsonInterval(metrics.accuracy, metrics.count),
    macroF1: metrics?.macroF1 ?? null,
    classes: figures,
    confusion: metrics?.confusion ?? [],
    missing: figures.filter(({ labels }) => labels === 0).map(({ name }) => name),
  };
}
