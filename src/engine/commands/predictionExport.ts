import { csvText } from '../../shared/csv';
import type { Dataset } from '../data/dataset/type';
import type { Job } from '../job';
import type { LabelledImage } from '../rounds/labelledImages';
import { cocoOf } from './coco';
import type { FaceColumns } from './faceColumns';

/** The model behind predictions. */
export interface PredictingModel {
  readonly round: number;
  readonly labels: number;
  readonly learner: string;
  /** Digest of what training started from. */
  readonly encoder: string;
  /** Null where it was not measured. */
  readonly accuracy: number | null;
  /** Whether that comes from cross-validation on the labels. */
  readonly estimate: boolean;
}

/** Four digits: more would say more than the model knows. */
const rounded = (probability: number): number => Math.round(probability * 10_000) / 10_000;

export function predictionsCsv(
  classes: readonly string[],
  images: readonly LabelledImage[],
  faces: FaceColumns,
): string {
  const header = ['image', 'split', 'label', 'source', 'probability', 'predicted', 'note'];
  const rows = images.map(({ image, split, label, source, probability, predicted, note, probabilities }) => [
    ...[image, split, label, source, rounded(probability), predicted, note],
    ...probabilities.map(rounded),
    ...faces.of(image),
  ]);
  return csvText([[...header, ...classes.map((name) => `p(${name})`), ...faces.names], ...rows]);
}

export function predictionsJson(
  { name, file }: Dataset,
  images: readonly LabelledImage[],
  model: PredictingModel,
): unknown {
  const { digest, classes } = file;
  const entries = images.map(({ probabilities, ...image }) => ({
    ...image,
    probability: rounded(image.probability),
    probabilities: Object.fromEntries(classes.map((className, c) => [className, rounded(probabilities[c])])),
  }));
  return { dataset: { name, digest, classes }, model, images: entries };
}

export const predictionsCoco = (dataset: Dataset, images: readonly LabelledImage[], job: Job): Promise<unknown> =>
  cocoOf(
    dataset,
    images.map(({ image, label, source, probability }) => ({
      image,
      label,
      extra: { score: rounded(probability), source },
    })),
    job,
  );
