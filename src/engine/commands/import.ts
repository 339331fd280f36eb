import type { FeatureName } from '../../shared/features';
import { type ImportOptions, type ImportReport, importDataset, rebuildCache } from '../data/dataset/import';
import { openDataset } from '../data/dataset/open';
import { readEncoder } from '../features/encoderFile';
import { mirroredBy, readFeaturesFile, writeFeaturesFile } from '../features/featuresFile';
import { guessFeatures } from '../features/guess';
import type { Job } from '../job';
import { rememberedImages } from '../rounds/rememberedImages';
import { readRounds } from '../rounds/roundFiles';
import { choose } from './useEncoder';

export interface ImportCommandOptions extends ImportOptions {
  /** Which encoder the dataset uses; by default a guess by what the images show. */
  readonly encoder?: FeatureName;
}

export interface ImportCommandReport extends ImportReport {
  /** Which encoder the dataset uses, and why. */
  readonly features: { readonly use: FeatureName; readonly why: string };
  /** Whether networks look at mirrored images too. */
  readonly mirrored: boolean;
}

/** Makes a dataset of a folder, and says which encoder it uses from the first batch on. */
export async function importFolder(
  { encoder, ...options }: ImportCommandOptions,
  job: Job,
): Promise<ImportCommandReport> {
  const report = await importDataset({ ...options, remembered: rememberedImages }, job);
  const features = await settleFeatures(report, options.workspace, encoder, job);
  return { ...report, features, mirrored: await mirroredBy(report.directory, report.classes) };
}

/** What the dataset says already stays, unless another encoder is asked for; so does what a dataset of an earlier version does. */
async function settleFeatures(
  { directory, name }: ImportReport,
  workspace: string,
  wanted: FeatureName | undefined,
  job: Job,
): Promise<ImportCommandReport['features']> {
  const there = wanted ? null : await readFeaturesFile(directory);
  if (there) return { use: there.use, why: there.why };
  const dataset = await openDataset(workspace, name, job, rebuildCache);
  try {
    if (wanted) {
      await choose(dataset, { use: wanted }, job);
      return { use: wanted, why: 'it was asked for' };
    }
    const own = await readEncoder(directory);
    // without the file only what was worked on before is of an earlier version; else the import was stopped before its guess
    if (own || (await readRounds(dataset)).length > 0) return { use: own ? 'combined' : 'hog', why: '' };
    const guess = await guessFeatures(dataset, job);
    await writeFeaturesFile(directory, { ...guess, chosenBy: 'guess' });
    return guess;
  } finally {
    dataset.close();
  }
}
