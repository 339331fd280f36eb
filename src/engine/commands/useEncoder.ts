import { type FeatureName, featureNames, isFeatureName, kindOf } from '../../shared/features';
import { inputError, usageError } from '../errors';
import { representationOf } from '../features/cache';
import { writeFeaturesFile } from '../features/featuresFile';
import { FeatureOpener, openProduct } from '../features/kinds';
import type { Job } from '../job';
import { plural } from '../text/plural';
import { type DatasetOptions, withDataset } from './withDataset';

export interface UseEncoderReport {
  readonly use: FeatureName;
  /** What it is, in a sentence. */
  readonly what: string;
}

/** Kinds that rounds can't look at: themselves, and what is trained from nothing each time. */
const unusable: readonly FeatureName[] = ['product', 'scratch'];

/** Says which encoder a dataset uses from now on. What was computed with another one stays in the cache. */
export async function useEncoder(
  options: DatasetOptions & { readonly use: string },
  job: Job,
): Promise<UseEncoderReport> {
  const { use } = options;
  if (!isFeatureName(use) || unusable.includes(use))
    throw usageError(
      `There is no encoder "${use}"; known are ${featureNames.filter((name) => !unusable.includes(name)).join(', ')}, external:<name>, and several of them joined by +.`,
    );
  return withDataset(options, job, async (dataset) => {
    const looks = await new FeatureOpener(dataset, job).open(use);
    if (!looks) throw inputError(`Dataset ${dataset.name} has no pre-trained encoder; run pretrain first.`);
    await writeFeaturesFile(dataset.directory, { use, chosenBy: 'person', why: '' });
    return { use, what: kindOf(use).what ?? 'the pre-trained encoder' };
  });
}

export const describeUse = ({ what }: UseEncoderReport): string => `Rounds now look at the images through ${what}.`;

export interface EmbedReport {
  readonly images: number;
  readonly dimensions: number;
}

/** Computes what the encoder in use makes of all images, so that the next question need not wait for it. */
export async function embed(options: DatasetOptions, job: Job): Promise<EmbedReport> {
  return withDataset(options, job, async (dataset) => {
    const { features } = await openProduct(dataset, job);
    const { rows, columns } = await representationOf(dataset, features, job);
    return { images: rows, dimensions: columns };
  });
}

export const describeEmbed = ({ images, dimensions }: EmbedReport): string =>
  `The encoder's features of ${plural(images, 'image')} are there, ${plural(dimensions, 'number')} each.`;
