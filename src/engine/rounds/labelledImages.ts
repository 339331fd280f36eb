import { REVIEWED } from '../../shared/reviewed';
import type { Split } from '../../shared/workspace/layouts';
import type { Dataset } from '../data/dataset/type';
import { row } from '../numeric/matrix';
import { argmax } from '../numeric/probabilities';
import type { MergedLabels } from './labelFiles';
import type { Predictions } from './predictions';

/**
 * Whose label it is: a person's with which the model does not agree, the model's, one on which both agree, or a prediction that a
 * person has looked over.
 */
export type LabelSource = 'person' | 'model' | 'both' | typeof REVIEWED;

/** An image and what is known of it. */
export interface LabelledImage {
  readonly image: string;
  readonly split: Split;
  readonly label: string;
  readonly source: LabelSource;
  /** Of that label, as the model sees it. */
  readonly probability: number;
  /** The model's own answer. */
  readonly predicted: string;
  /** What people did instead of labelling it. */
  readonly note: 'skipped' | 'disputed' | '';
  /** Of each class, in their order. */
  readonly probabilities: readonly number[];
}

/** Every image with people's answer where they agree on one, and the model's elsewhere, in the order of ids. */
export function labelledImages(
  dataset: Dataset,
  merged: MergedLabels,
  { probabilities }: Predictions,
): LabelledImage[] {
  const { classes } = dataset.file;
  const disputed = new Set(merged.conflicts.map(({ image }) => image));
  const images = dataset.images.map(({ id, split }, i): LabelledImage => {
    const ofImage = row(probabilities, i);
    const predicted = argmax(ofImage);
    const given = merged.labels.get(i);
    const label = given ?? predicted;
    return {
      image: id,
      split,
      label: classes[label],
      source: sourceOf(given, predicted, merged.reviewed.has(i)),
      probability: ofImage[label],
      predicted: classes[predicted],
      note: disputed.has(id) ? 'disputed' : merged.skipped.has(i) ? 'skipped' : '',
      probabilities: Array.from(ofImage),
    };
  });
  return images.sort((a, b) => (a.image < b.image ? -1 : 1));
}

function sourceOf(given: number | undefined, predicted: number, isReviewed: boolean): LabelSource {
  if (given === undefined) return 'model';
  if (isReviewed) return REVIEWED;
  return given === predicted ? 'both' : 'person';
}
