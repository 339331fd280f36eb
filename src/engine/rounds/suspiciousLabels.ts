import type { Dataset } from '../data/dataset/type';
import { inputError } from '../errors';
import { rowsOfSome } from '../features/cache';
import { hasFrozen, leadOf } from '../features/encoder';
import { openProduct } from '../features/kinds';
import type { Job } from '../job';
import { suspicions } from '../learner/suspicion';
import { plural } from '../text/plural';
import { trainingLabels } from './answered';
import { type MergedLabels, readUsableLabels } from './labelFiles';
import { labelledSet } from './selectBatch';

/** A label, and what speaks for and against it. */
export interface SuspiciousLabel {
  readonly image: string;
  readonly label: string;
  readonly annotators: readonly string[];
  /** From 0 up to below 1. */
  readonly suspicion: number;
  /** What a model that has not seen this label says, and the probabilities that it gives its class and the label. */
  readonly expected: string;
  readonly probability: number;
  readonly ofLabel: number;
  /** Of the nearest labelled images those with the same label, and how many were asked. */
  readonly neighbours: number;
  readonly asked: number;
}

/** Every label of a training image on which people agree, the most suspicious first; an input error where labels are too few. */
export async function suspiciousLabels(dataset: Dataset, job: Job): Promise<SuspiciousLabel[]> {
  const merged = await readUsableLabels(dataset, job);
  const { indices, labels } = labelledSet(trainingLabels(dataset, merged));
  requireEnough(dataset, labels);
  const encoder = leadOf((await openProduct(dataset, job)).features);
  const rows = await rowsOfSome(dataset, encoder, indices, job);
  const { classes } = dataset.file;
  const judged = await suspicions({ rows, frozen: hasFrozen(encoder) }, labels, classes.length, job);
  const annotators = annotatorsOf(merged);
  const all = judged.map((judgement, i): SuspiciousLabel => {
    const { id: image } = dataset.images[indices[i]];
    const label = classes[labels[i]];
    return {
      image,
      label,
      annotators: annotators.get(image) ?? [],
      ...judgement,
      expected: classes[judgement.expected],
    };
  });
  return all.sort((a, b) => b.suspicion - a.suspicion);
}

/** So few labels say nothing of each other. */
const FEWEST = 10;

function requireEnough({ name }: Dataset, labels: Int32Array): void {
  if (labels.length >= FEWEST && new Set(labels).size >= 2) return;
  throw inputError(
    `Dataset ${name} has ${plural(labels.length, 'label')}, too few to tell which are suspicious; label at least ${FEWEST} images of two classes.`,
  );
}

/** Image → those who gave it a class. */
function annotatorsOf({ answers }: MergedLabels): ReadonlyMap<string, string[]> {
  const names = new Map<string, string[]>();
  for (const { image, annotator, label } of answers)
    if (label !== undefined) names.set(image, [...(names.get(image) ?? []), annotator]);
  return names;
}
