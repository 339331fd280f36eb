import type { FeatureName } from '../../shared/features';
import { type ImportOptions, type ImportReport, importDataset, rebuildCache } from '../data/dataset/import';
import { openDataset } from '../data/dataset/open';
import type { CutFacesReport } from '../faces/cutFaces';
import { readEncoder } from '../features/encoderFile';
import { mirroredBy, readFeaturesFile, writeFeaturesFile } from '../features/featuresFile';
import { guessFeatures } from '../features/guess';
import type { Job } from '../job';
import { rememberedImages } from '../rounds/rememberedImages';
import { readRounds } from '../rounds/roundFiles';
import { tidyUp } from '../rounds/tidyUp';
import { cutBeforeImport, type FacesOptions, facesNotes } from './importFaces';
import { choose } from './useEncoder';

export interface ImportCommandOptions extends ImportOptions, FacesOptions {
  /** Which encoder the dataset uses; by default a guess by what the images show. */
  readonly encoder?: FeatureName;
}

export interface ImportCommandReport extends ImportReport {
  /** Which encoder the dataset uses, and why. */
  readonly features: { readonly use: FeatureName; readonly why: string };
  /** Whether networks look at mirrored images too. */
  readonly mirrored: boolean;
  /** What became of photos whose faces were cut out; null where images were taken as they are. */
  readonly faces: CutFacesReport | null;
}

/** Makes a dataset of a folder, and says which encoder it uses from the first batch on. */
export async function importFolder(
  { encoder, ...options }: ImportCommandOptions,
  job: Job,
): Promise<ImportCommandReport> {
  const cut = await cutBeforeImport(options, job);
  const report = await importDataset({ ...(cut?.options ?? options), remembered: rememberedImages }, job);
  await tidyUp(report.directory);
  const features = await settleFeatures(report, options.workspace, { wanted: encoder, areFaces: cut !== null }, job);
  const mirrored = await mirroredBy(report.directory, report.classes);
  if (!cut) return { ...report, features, mirrored, faces: null };
  const notes = [...facesNotes(cut.report), ...report.notes];
  return { ...report, features, mirrored, faces: cut.report, notes, broken: [...cut.report.broken, ...report.broken] };
}

const CUT_FACES = { use: 'faces', why: 'its images are faces that were cut out of photos' } as const;

/** What the dataset says already stays, unless another encoder is asked for; so does what a dataset of an earlier version does. */
async function settleFeatures(
  { directory, name }: ImportReport,
  workspace: string,
  { wanted, areFaces }: { readonly wanted: FeatureName | undefined; readonly areFaces: boolean },
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
    const guess = areFaces ? CUT_FACES : await guessFeatures(dataset, job);
    await writeFeaturesFile(directory, { ...guess, chosenBy: 'guess' });
    return guess;
  } finally {
    dataset.close();
  }
}
