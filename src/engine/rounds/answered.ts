import type { RoundFile } from '../../shared/schema/round';
import { FEWEST_HELD_OUT } from '../../shared/workspace/heldOut';
import type { Dataset } from '../data/dataset/type';
import type { MergedLabels } from './labelFiles';

/** Labels to train on: those of training images. Test images never teach, whoever labelled them, nor do those of a test set. */
export function trainingLabels(dataset: Pick<Dataset, 'images'>, merged: MergedLabels): ReadonlyMap<number, number> {
  return new Map([...merged.labels].filter(([i]) => dataset.images[i].split === 'train' && !merged.heldOut.has(i)));
}

/**
 * Labels of a test set, to measure on; too few are none. Reviewed predictions are not among them: whoever gave them had the model's answer
 * before their eyes.
 */
export function testSetLabels({ labels, heldOut, reviewed }: MergedLabels): ReadonlyMap<number, number> {
  const tested = new Map([...labels].filter(([i]) => heldOut.has(i) && !reviewed.has(i)));
  return tested.size < FEWEST_HELD_OUT ? new Map() : tested;
}

/** Image ids that rounds asked for and that nobody has answered, in the order of asking. Of images that are gone nothing is wanted. */
export function pendingImages(
  dataset: Pick<Dataset, 'indexOf' | 'file'>,
  rounds: readonly RoundFile[],
  merged: MergedLabels,
): string[] {
  const asked = new Set(rounds.flatMap((round) => round.picks.map((pick) => pick.image)));
  const gone = new Set(dataset.file.gone);
  return [...asked].filter((image) => {
    if (gone.has(image)) return false;
    const index = dataset.indexOf(image);
    return index === undefined || !merged.answered.has(index);
  });
}

/** Labels of each class, by its name. */
export function countClasses(
  { file: { classes } }: Pick<Dataset, 'file'>,
  labelled: ReadonlyMap<number, number>,
): Record<string, number> {
  const counts = classes.map(() => 0);
  for (const label of labelled.values()) counts[label]++;
  return Object.fromEntries(classes.map((name, c) => [name, counts[c]]));
}
