import type { Dataset } from '../data/dataset/type';
import { inputError } from '../errors';
import type { Job } from '../job';
import { predictProbabilities } from '../numeric/linearHead';
import { row } from '../numeric/matrix';
import { argmax } from '../numeric/probabilities';
import { currentModel } from '../rounds/currentModel';
import { calibratedHead, modelFeatures } from '../rounds/model';
import { readRounds } from '../rounds/roundFiles';
import { percent } from '../text/percent';
import { textTable } from '../text/textTable';
import { type DatasetOptions, withDataset } from './withDataset';

export interface SuggestOptions extends DatasetOptions {
  readonly round: number;
}

/** The model's class for an image, and how sure it is of it. */
export interface Suggestion {
  readonly image: string;
  readonly label: string;
  readonly probability: number;
}

export interface SuggestReport {
  /** The round that the model was trained after. */
  readonly model: number;
  /** In the order of the round's images; those that are gone are left out. */
  readonly suggestions: readonly Suggestion[];
}

/** What the newest model would answer for the images of a round. It reads labels and writes none. */
export async function suggest(options: SuggestOptions, job: Job): Promise<SuggestReport> {
  return withDataset(options, job, async (dataset) => {
    const indices = await imagesOf(dataset, options.round);
    const { results, looks, model } = await currentModel(dataset, job);
    const features = await modelFeatures(dataset, looks, model, indices, job);
    const probabilities = predictProbabilities(calibratedHead(model), features);
    const suggestions = Array.from(indices, (index, i) => {
      const ofImage = row(probabilities, i);
      const best = argmax(ofImage);
      return { image: dataset.images[index].id, label: dataset.file.classes[best], probability: ofImage[best] };
    });
    return { model: results.round, suggestions };
  });
}

async function imagesOf(dataset: Dataset, number: number): Promise<Int32Array> {
  const rounds = await readRounds(dataset);
  const round = rounds.find((candidate) => candidate.round === number);
  if (!round) {
    const there = rounds.length > 0 ? `it has ${rounds.map((each) => each.round).join(', ')}` : 'run query first';
    throw inputError(`Dataset ${dataset.name} has no round ${number}; ${there}.`);
  }
  if (round.purpose === 'test')
    throw inputError(
      `Round ${number} of ${dataset.name} is a test set: suggestions would make the model look better than it is; label it without.`,
    );
  // what people are asked again looks like the rest
  return Int32Array.from(
    [...round.picks, ...(round.repeats ?? [])].flatMap(({ image }) => dataset.indexOf(image) ?? []),
  );
}

export function describeSuggest({ model, suggestions }: SuggestReport): string {
  const rows = suggestions.map(({ image, label, probability }) => [image, label, percent(probability)]);
  return `${textTable(['image', 'suggested', 'probability'], rows)}\nFrom the model trained after round ${model}; nothing was saved.`;
}
