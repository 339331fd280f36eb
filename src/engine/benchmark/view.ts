import { HELD_OUT_SHARE } from '../../shared/benchmarkProtocols';
import type { Dataset } from '../data/dataset/type';
import { inputError } from '../errors';
import { Random } from '../numeric/random';
import { requireClasses } from '../rounds/classesThere';
import { type OwnLabels, withOwnLabels } from './ownLabels';

/** Whether a benchmark has to take its test images out of the training split. */
export function needsHoldOut(dataset: Dataset, own: OwnLabels | null = null): boolean {
  return dataset.test.length === 0 && Object.keys(own?.testSet ?? {}).length === 0;
}

/**
 * The dataset with a fifth of each class's training images as its test split, always the same ones. Unlabelled images
 * leave the pool: an oracle can't answer them. `own`: what people said, in the place of what the layout tells.
 */
export function benchmarkView(opened: Dataset, holdOut: boolean, own: OwnLabels | null = null): Dataset {
  const dataset = own ? withOwnLabels(opened, own) : opened;
  const known = dataset.train.filter((i) => dataset.images[i].label !== null);
  if (known.length === 0)
    throw inputError(
      `Dataset ${dataset.name} has no known labels, so nothing can answer a benchmark; import a folder with one sub-folder per class, or compare on the labels that people gave it (--oracle people).`,
    );
  requireClasses(dataset);
  if (!holdOut) return { ...dataset, train: known };
  const random = Random.stream(0, 'hold-out');
  const reviewed = new Set(own?.reviewed);
  const test = dataset.file.classes.flatMap((_, c) => {
    const members = random.shuffle(Array.from(known.filter((i) => dataset.images[i].label === c)));
    const measurable = members.filter((i) => !reviewed.has(dataset.images[i].id));
    return measurable.slice(0, Math.round(members.length * HELD_OUT_SHARE));
  });
  if (test.length === 0)
    throw inputError(
      `Dataset ${dataset.name} has too few labelled images to hold some out for testing; it takes three of a class.`,
    );
  const held = new Set(test);
  return { ...dataset, train: known.filter((i) => !held.has(i)), test: Int32Array.from(test).sort() };
}
