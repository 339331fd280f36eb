import * as z from 'zod';
import { count, digest, imageId, schemaVersion } from '../../shared/schema/common';
import type { ResultsFile } from '../../shared/schema/results';
import { placeIn, places } from '../../shared/workspace/paths';
import type { Dataset, DatasetFolder } from '../data/dataset/type';
import { inputError } from '../errors';
import { digestOf } from '../store/digest';
import { exists } from '../store/exists';
import { readJson, writeJson } from '../store/jsonFile';
import type { ScoredImages } from './fit';

/** `models/round-NNNN.scored.json`: which images stand behind a round's confusion matrix. It lies with the model, which git ignores. */
const scoredFile = z.strictObject({
  schema: schemaVersion,
  /** Of the results that they belong to. */
  of: digest,
  images: z.array(imageId),
  /** Indices of classes, image by image. */
  labels: z.array(count),
  predicted: z.array(count),
});
type ScoredFile = z.infer<typeof scoredFile>;

type Stamped = Pick<ResultsFile, 'round' | 'labels' | 'seed' | 'learner' | 'dataset' | 'encoder' | 'metrics'>;

/** Changes with all that a confusion matrix depends on. */
const stampOf = ({ labels, seed, learner, dataset, encoder, metrics }: Stamped): string =>
  digestOf([labels, seed, learner, dataset.digest, encoder.digest, metrics?.confusion ?? null]);

const pathOf = ({ directory }: DatasetFolder, round: number): string => placeIn(directory, places.scored(round));

export async function writeScored(
  dataset: Pick<Dataset, 'directory' | 'images'>,
  results: Stamped,
  scored: ScoredImages | null,
): Promise<void> {
  if (!scored) return;
  const file: ScoredFile = {
    schema: 1,
    of: stampOf(results),
    images: Array.from(scored.indices, (i) => dataset.images[i].id),
    labels: Array.from(scored.labels),
    predicted: Array.from(scored.predicted),
  };
  await writeJson(pathOf(dataset, results.round), file);
}

/** Whether the images behind these results are known, or there are none. */
export async function hasScored(dataset: DatasetFolder, results: Stamped): Promise<boolean> {
  if (!results.metrics) return true;
  const path = pathOf(dataset, results.round);
  if (!(await exists(path))) return false;
  const read = await readJson(path, scoredFile).catch(() => null);
  return read?.of === stampOf(results);
}

/** The images behind a round's results; an input error where nobody kept them. */
export async function readScored(
  dataset: DatasetFolder & { readonly name: string },
  results: Stamped,
): Promise<ScoredFile> {
  const path = pathOf(dataset, results.round);
  const read = (await exists(path)) ? await readJson(path, scoredFile, 'delete it and train again') : null;
  if (read?.of === stampOf(results)) return read;
  throw inputError(
    `Which images the figures of round ${results.round} of ${dataset.name} were measured on is not known on this machine; train again to have the newest model's ("train"; in the editor Train Again).`,
  );
}
