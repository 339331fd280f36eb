import { type ClassFigures, type RoundFigures, roundFigures } from '../../shared/roundFigures';
import type { ResultsFile } from '../../shared/schema/results';
import { type DatasetHead, openHead } from '../data/dataset/open';
import { inputError, usageError } from '../errors';
import { readResults } from '../rounds/roundFiles';
import { readScored } from '../rounds/scoredFile';
import { percent } from '../text/percent';
import { plural } from '../text/plural';
import { textTable } from '../text/textTable';
import type { DatasetOptions } from './withDataset';

export interface RoundOptions extends DatasetOptions {
  /** The newest results where it is left out. */
  readonly round?: number;
  /** With either of these, the images of that row, column or cell of the confusion matrix are listed. */
  readonly label?: string;
  readonly predicted?: string;
}

export interface RoundReport extends RoundFigures {
  readonly dataset: string;
  /** Set where images were asked for. */
  readonly images?: readonly string[];
}

/** What the model of a round was measured to do, class by class, and which images stand behind it. It changes nothing. */
export async function round(options: RoundOptions): Promise<RoundReport> {
  const head = await openHead(options.workspace, options.dataset);
  const results = await resultsOfRound(head, options.round);
  const figures = roundFigures(results);
  if (options.label === undefined && options.predicted === undefined) return { dataset: head.name, ...figures };
  return { dataset: head.name, ...figures, images: await imagesOf(head, results, figures, options) };
}

async function resultsOfRound(head: DatasetHead, wanted: number | undefined): Promise<ResultsFile> {
  const all = await readResults(head);
  const found = wanted === undefined ? all.at(-1) : all.find((results) => results.round === wanted);
  if (found) return found;
  if (all.length === 0)
    throw inputError(`Dataset ${head.name} has no results yet; label a batch, then train on it ("train").`);
  const known = all.map((results) => results.round).join(', ');
  throw inputError(`Dataset ${head.name} has no results of round ${wanted}; there are results of ${known}.`);
}

/** The images that have a class, or that the model gave one, or both. */
async function imagesOf(
  head: DatasetHead,
  results: ResultsFile,
  { classes, count }: RoundFigures,
  cell: Pick<RoundOptions, 'label' | 'predicted'>,
): Promise<string[]> {
  const numberOf = (name: string | undefined) => {
    const number = classes.findIndex((one) => one.name === name);
    if (name !== undefined && number < 0)
      throw usageError(
        `Round ${results.round} knows no class "${name}"; known are ${classes.map((one) => one.name).join(', ')}.`,
      );
    return number;
  };
  const [label, predicted] = [numberOf(cell.label), numberOf(cell.predicted)];
  if (count === 0) return [];
  const scored = await readScored(head, results);
  return scored.images.filter(
    (_, i) => (label < 0 || scored.labels[i] === label) && (predicted < 0 || scored.predicted[i] === predicted),
  );
}

export function describeRound(report: RoundReport): string {
  if (report.images)
    return [...report.images, `${plural(report.images.length, 'image')}; nothing was changed.`].join('\n');
  const { dataset, labelled, learner, missing, classes, confusion } = report;
  const lines = [
    `Round ${report.round} of ${dataset}: trained on ${plural(labelled, 'label')} (${learner}).`,
    ...accuracyLines(report),
    textTable(['class', 'labels', 'measured on', 'recall', 'precision'], classes.map(classRow)),
  ];
  if (confusion.length > 0)
    lines.push(
      'Images of a class (rows) by what the model takes them for (columns):',
      textTable(
        ['', ...classes.map(({ name }) => name)],
        classes.map(({ name }, c) => [name, ...(confusion[c] ?? []).map(String)]),
      ),
    );
  for (const name of missing) lines.push(`No label of ${name} yet: a model can't answer what it has never been told.`);
  return lines.join('\n');
}

const classRow = ({ name, labels, images, recall, precision }: ClassFigures): string[] => [
  name,
  String(labels),
  String(images),
  percent(recall),
  percent(precision),
];

function accuracyLines({ accuracy, interval, macroF1, count, estimate, drawn }: RoundFigures): string[] {
  if (accuracy === null || !interval)
    return ['Not measured: there is no test split, and too few labels of each class for cross-validation.'];
  const source = estimate
    ? `an estimate by cross-validation on the ${plural(count, 'labelled image')}, which were not drawn at random`
    : `on ${plural(count, 'test image')}${drawn ? ' drawn at random' : ''}`;
  const range = `${percent(interval.low)} to ${percent(interval.high)} at 95 %`;
  return [`Accuracy ${percent(accuracy)} (${range}), macro-F1 ${percent(macroF1)}: ${source}.`];
}
