import { type FeatureName, featureNames, isFeatureName, isRoundFeature, kindOf } from '../../shared/features';
import type { Dataset } from '../data/dataset/type';
import { inputError, usageError } from '../errors';
import { representationOf } from '../features/cache';
import { mirroredBy, readFeaturesFile, writeFeaturesFile } from '../features/featuresFile';
import { FeatureOpener, howToMake, openProduct } from '../features/kinds';
import type { Job } from '../job';
import { plural } from '../text/plural';
import { type DatasetOptions, withDataset } from './withDataset';

export interface UseEncoderReport {
  readonly use: FeatureName;
  /** What it is, in a sentence. */
  readonly what: string;
  /** Whether mirrored images are looked at too. */
  readonly mirrored: boolean;
}

/** Says which encoder a dataset uses from now on. What was computed with another one stays in the cache. */
export async function useEncoder(
  options: DatasetOptions & { readonly use: string; readonly mirror?: boolean },
  job: Job,
): Promise<UseEncoderReport> {
  const { use, mirror } = options;
  if (!isFeatureName(use) || !isRoundFeature(use))
    throw usageError(
      `There is no encoder "${use}"; known are ${featureNames.filter(isRoundFeature).join(', ')}, external:<name>, and several of them joined by +.`,
    );
  return withDataset(options, job, async (dataset) => {
    await choose(dataset, { use, ...(mirror === undefined ? {} : { mirror }) }, job);
    const mirrored = await mirroredBy(dataset.directory, dataset.file.classes);
    return { use, what: whatRoundsSee(use), mirrored };
  });
}

/** In rounds labels weigh what stands at equal length in benchmarks. */
const whatRoundsSee = (use: FeatureName): string =>
  use === 'combined'
    ? 'the pre-trained encoder and HOG, weighed by the labels'
    : (kindOf(use).what ?? 'the pre-trained encoder');

/** Writes down what a person chose, once it is known to be there. What was said of mirrored images before stays, unless `mirror` says it anew. */
export async function choose(
  dataset: Dataset,
  { use, mirror }: { readonly use: FeatureName; readonly mirror?: boolean },
  job: Job,
): Promise<void> {
  const looks = await new FeatureOpener(dataset, job).open(use);
  if (!looks)
    throw inputError(
      `Dataset ${dataset.name} has no pre-trained encoder, so it can't look through ${use}; ${howToMake(use)} first.`,
    );
  const mirrored = mirror ?? (await readFeaturesFile(dataset.directory))?.mirrored;
  await writeFeaturesFile(dataset.directory, {
    use,
    chosenBy: 'person',
    why: '',
    ...(mirrored === undefined ? {} : { mirrored }),
  });
}

export const describeUse = ({ what, mirrored }: UseEncoderReport): string =>
  `Rounds now look at the images through ${what}. ${describeViews(mirrored)}`;

/** Which views are looked at, in a sentence that says how to change it. */
export const describeViews = (mirrored: boolean): string =>
  mirrored
    ? 'Every image is looked at together with its mirrored view (encoder use with --no-mirror changes that).'
    : 'Images are looked at as they are, not mirrored (encoder use with --mirror changes that).';

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
