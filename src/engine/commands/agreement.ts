import { krippendorffAlpha, type PairAgreement, pairAgreement, type Verdicts } from '../../shared/agreement';
import type { Answer } from '../../shared/workspace/labels';
import { inputError } from '../errors';
import type { Job } from '../job';
import { readLabels } from '../rounds/labelFiles';
import { percent } from '../text/percent';
import { plural } from '../text/plural';
import { textTable } from '../text/textTable';
import { type DatasetOptions, withDataset } from './withDataset';

/** Two people and how far they agree. */
export interface Pair extends PairAgreement {
  readonly annotators: readonly [string, string];
}

export interface AgreementReport {
  /** Of each person how many images of each class. */
  readonly annotators: readonly { readonly name: string; readonly perClass: Readonly<Record<string, number>> }[];
  readonly pairs: readonly Pair[];
  /** Images that two people or more gave a class, and those on which they differ. */
  readonly shared: number;
  readonly disputed: number;
  /** Krippendorff's; null where it is not defined. */
  readonly alpha: number | null;
}

/** How far people agree on the images that several of them labelled. It reads labels and changes none. */
export async function agreement(options: DatasetOptions, job: Job): Promise<AgreementReport> {
  return withDataset(options, job, async (dataset) => {
    const { answers, annotators, conflicts } = await readLabels(dataset);
    const people = annotators.map((name) => ({ name, verdicts: verdictsOf(answers, name) }));
    if (people.every(({ verdicts }) => verdicts.size === 0))
      throw inputError(`Dataset ${dataset.name} has no labels yet; label a batch first.`);
    const { classes } = dataset.file;
    return {
      annotators: people.map(({ name, verdicts }) => ({ name, perClass: countsOf(classes, verdicts) })),
      pairs: people.flatMap((one, i) =>
        people.slice(i + 1).map(
          (other): Pair => ({
            annotators: [one.name, other.name],
            ...pairAgreement(one.verdicts, other.verdicts),
          }),
        ),
      ),
      shared: sharedImages(people.map(({ verdicts }) => verdicts)),
      disputed: conflicts.length,
      alpha: krippendorffAlpha(people.map(({ verdicts }) => verdicts)),
    };
  });
}

const verdictsOf = (answers: readonly Answer[], name: string): Verdicts =>
  new Map(
    answers.flatMap(({ annotator, image, label }) =>
      annotator === name && label !== undefined ? [[image, label] as const] : [],
    ),
  );

function countsOf(classes: readonly string[], verdicts: Verdicts): Record<string, number> {
  const counts = new Map(classes.map((name) => [name, 0]));
  for (const label of verdicts.values()) counts.set(label, counts.get(label)! + 1);
  return Object.fromEntries(counts);
}

function sharedImages(people: readonly Verdicts[]): number {
  const seen = new Set<string>();
  const shared = new Set<string>();
  for (const verdicts of people) for (const image of verdicts.keys()) (seen.has(image) ? shared : seen).add(image);
  return shared.size;
}

export function describeAgreement({ annotators, pairs, shared, disputed, alpha }: AgreementReport): string {
  const classes = Object.keys(annotators[0]!.perClass);
  const counts = annotators.map(({ name, perClass }) => [
    name,
    ...classes.map((label) => String(perClass[label])),
    String(Object.values(perClass).reduce((total, n) => total + n, 0)),
  ]);
  const lines = [textTable(['labels by', ...classes, 'all'], counts)];
  const common = pairs.filter(({ both }) => both > 0);
  if (common.length === 0) return [...lines, 'No image was labelled by two people: agreement is not known.'].join('\n');
  const rows = common.map(({ annotators: [one, other], both, agreed, kappa }) => [
    one,
    other,
    String(both),
    percent(agreed!),
    kappa === null ? '–' : kappa.toFixed(2),
  ]);
  lines.push(
    textTable(['', 'and', 'images of both', 'agree', "Cohen's κ"], rows),
    `Krippendorff's α ${alpha === null ? 'is not defined: everybody says one class' : alpha.toFixed(2)}, over ${plural(shared, 'image')} that several labelled; they differ on ${disputed}.`,
  );
  return lines.join('\n');
}
