import { basename, join } from 'node:path';
import type { BuiltInName } from '../../shared/encoders';
import type { FeatureName } from '../../shared/features';
import type { ContinuedFile, RowsHealth } from '../../shared/schema/continued';
import { placeIn, places } from '../../shared/workspace/paths';
import type { Dataset } from '../data/dataset/type';
import { networkDigest } from '../encoders/builtIn';
import { imagesWithin } from '../encoders/continued/viewMaps';
import { continuedViews } from '../encoders/continued/views';
import { inputError, usageError } from '../errors';
import { readContinued } from '../features/continuedFile';
import { featuresInUse, readFeaturesFile, viewsFor, writeFeaturesFile } from '../features/featuresFile';
import { FeatureOpener } from '../features/kinds';
import type { Job } from '../job';
import { beginningAgain, checkpointFile } from '../pretrain/checkpointFile';
import { continuedOptions, VIEWS } from '../pretrain/continuing';
import type { ContrastiveOptions } from '../pretrain/presets';
import { type PretrainProgress, requireEnough } from '../pretrain/pretrain';
import { trainingLabels } from '../rounds/answered';
import { compareByLabels, type LabelComparison } from '../rounds/evidence';
import { readUsableLabels } from '../rounds/labelFiles';
import { digestOf } from '../store/digest';
import { withFileLock } from '../store/fileLock';
import { percent } from '../text/percent';
import { plural } from '../text/plural';
import { formatSeconds } from '../text/rate';
import { trainBlocks } from './continuedBlocks';
import type { SourceOptions } from './pretrainSources';
import { type DatasetOptions, withDataset } from './withDataset';

export interface ContinueOptions extends DatasetOptions, SourceOptions {
  /** The built-in encoder. */
  readonly base: BuiltInName;
  /** For encoders of one's own: there is one recipe, and the grid is the built-in encoder's. */
  readonly preset?: string;
  readonly grid?: number;
  /** At most one of the two. */
  readonly minutes?: number;
  readonly epochs?: number;
  /** Copies of the blocks that share each batch out; 1 unless said. */
  readonly replicas?: number;
  readonly seed: number;
  /** Begin again although there is a continued encoder or a checkpoint. */
  readonly restart: boolean;
  /** Begin again only where a checkpoint can't be gone on from: it is damaged, or of other settings or images. */
  readonly replaceOther?: boolean;
}

export interface ContinueReport {
  /** False when it was there before. */
  readonly trained: boolean;
  readonly directory: string;
  readonly encoder: ContinuedFile;
  /** What labels say of it, beside the encoder as it was shipped; null where there are too few. */
  readonly labels: LabelComparison | null;
  /** What rounds look at now. */
  readonly inUse: FeatureName | null;
}

/**
 * The last blocks of a built-in encoder go on learning from the training images, without labels: the paper's two steps on eyes
 * that are good already. Goes on where an earlier call was stopped. Where rounds look through the encoder as it was shipped,
 * they look through this one afterwards, unless the labels that there are speak clearly against it.
 */
export async function continueEncoder(options: ContinueOptions, job: Job): Promise<ContinueReport> {
  const settings = settingsOf(options);
  return withDataset(options, job, (dataset) =>
    // two runs at a time would overwrite each other's checkpoint
    withFileLock(join(dataset.cache, 'pretrain'), () => continueOn(dataset, settings, options, job), {
      signal: job.signal,
      patience: 1_000,
    }),
  );
}

function settingsOf({ base, preset, grid, minutes, epochs, replicas, from, asItIs, with: others }: ContinueOptions) {
  const foreign = [
    ...(preset === undefined ? [] : ['--preset']),
    ...(grid === undefined ? [] : ['--grid']),
    ...(from === undefined ? [] : ['--from']),
    ...(asItIs ? ['--as-it-is'] : []),
    ...(others === undefined ? [] : ['--with']),
  ];
  if (foreign.length > 0)
    throw usageError(
      `${foreign.join(' and ')} ${foreign.length > 1 ? 'are' : 'is'} for encoders that learn from nothing but images; leave ${foreign.length > 1 ? 'them' : 'it'} out where the built-in encoder ${base} goes on learning.`,
    );
  if (minutes !== undefined && epochs !== undefined) throw usageError('Give either --minutes or --epochs, not both.');
  const length = epochs !== undefined ? { epochs } : minutes !== undefined ? { minutes } : continuedOptions.length;
  return { ...continuedOptions, length, ...(replicas === undefined ? {} : { replicas }) };
}

async function continueOn(
  dataset: Dataset,
  settings: ContrastiveOptions,
  { base, seed, restart, replaceOther = false }: ContinueOptions,
  job: Job,
): Promise<ContinueReport> {
  const { directory, train } = dataset;
  requireEnough(train.length);
  const indices = imagesWithin(base, train, VIEWS, seed);
  const how = await viewsFor({ directory, classes: dataset.file.classes }, continuedViews);
  const hashes = digestOf(Array.from(indices, (i) => dataset.images[i].hash));
  const run = { base: networkDigest(base), settings, how, views: VIEWS, seed, hashes };
  const kept = checkpointFile(placeIn(directory, places.continuedCheckpoint), digestOf(run));
  const checkpoint = restart ? beginningAgain(kept) : kept;
  // before views are made, which takes minutes and deletes those of another run
  const begun = await checkpoint.load().catch(async (error: unknown) => {
    if (!replaceOther) throw error;
    await checkpoint.remove();
    return null;
  });
  // beside a finished one a checkpoint is a restart that was stopped: that one goes on
  if (!begun && !restart) {
    const there = await readContinued(directory);
    if (there && there.info.base.name !== base)
      throw inputError(
        `Dataset ${dataset.name} has an encoder already that was continued from ${there.info.base.name}; pass --restart to put one of ${base} in its place.`,
      );
    if (there) return { ...(await outcome(dataset, base, false, job)), trained: false };
  }
  if (!begun || !(await isWritten(directory, { base, progress: begun.progress })))
    await trainBlocks({ dataset, base, settings, how, seed, indices, checkpoint }, job);
  const report = { ...(await outcome(dataset, base, true, job)), trained: true };
  await checkpoint.remove();
  return report;
}

/** Whether what a run learnt is there already: it was stopped while labels were asked what it brought. */
async function isWritten(
  directory: string,
  { base, progress }: { readonly base: BuiltInName; readonly progress: PretrainProgress },
): Promise<boolean> {
  const info = (await readContinued(directory).catch(() => null))?.info;
  return (
    info?.base.name === base && info.seed === progress.seed && digestOf(info.history) === digestOf(progress.history)
  );
}

/** What is there now, what labels say of it, and what rounds look at from now on. */
async function outcome(
  dataset: Dataset,
  base: BuiltInName,
  isNew: boolean,
  job: Job,
): Promise<Omit<ContinueReport, 'trained'>> {
  const { directory } = dataset;
  const there = await readContinued(directory);
  if (!there) throw new Error(`The continued encoder of ${dataset.name} is not there after writing it.`);
  const labelled = trainingLabels(dataset, await readUsableLabels(dataset, job));
  const compared = { before: base, after: 'continued' } as const;
  const labels = await compareByLabels(dataset, new FeatureOpener(dataset, job), compared, labelled, job);
  if (isNew) await takeItsPlace(directory, there.info, labels);
  return { directory, encoder: there.info, labels, inUse: await featuresInUse(directory) };
}

/**
 * Rounds that look through the encoder as it was shipped look through the continued one, whoever chose it; not where labels
 * speak against it, or where its rows have moved together instead of apart.
 */
async function takeItsPlace(directory: string, info: ContinuedFile, labels: LabelComparison | null): Promise<void> {
  const chosen = await readFeaturesFile(directory);
  const { before, after } = info.health;
  if (chosen?.use !== info.base.name || labels?.isWorse || after.uniformity >= before.uniformity) return;
  const { schema: _, ...choice } = chosen;
  await writeFeaturesFile(directory, { ...choice, use: 'continued' });
}

export function describeContinued({ trained, directory, encoder, labels, inUse }: ContinueReport): string {
  const { base, epochs, images, of, seconds, imagesPerSecond, device, history } = encoder;
  const seen =
    images === of ? plural(images, 'image') : `${images} of ${plural(of, 'image')}, for which there was room`;
  const made = `last blocks of ${base.name}, ${plural(epochs, 'epoch')} on ${seen}`;
  const name = basename(directory);
  return [
    trained
      ? `Continued in ${formatSeconds(seconds)}: ${made} (${Math.round(imagesPerSecond)} images/s on ${device}), loss ${history.at(-1)?.loss.toFixed(3) ?? '–'}.`
      : `Continued already: ${made}; pass --restart to begin again.`,
    healthLine(encoder.health),
    labelsLine(base.name, labels),
    inUse === 'continued'
      ? `Rounds look through it; "encoder use ${name} ${base.name}" goes back to the encoder as it was.`
      : `Rounds go on looking through ${inUse ?? 'what they did'}; "encoder use ${name} continued" makes them look through this one.`,
    placeIn(directory, places.continuedWeights),
  ].join('\n');
}

function healthLine({ before, after }: ContinuedFile['health']): string {
  const pair = (what: string, of: (health: RowsHealth) => number, digits: number) =>
    `${what} ${of(before).toFixed(digits)} → ${of(after).toFixed(digits)}`;
  return `Without labels, before → after: ${[
    pair('alignment', ({ alignment }) => alignment, 3),
    pair('uniformity', ({ uniformity }) => uniformity, 3),
    pair('effective rank', ({ effectiveRank }) => effectiveRank, 1),
  ].join(', ')}.`;
}

function labelsLine(base: BuiltInName, labels: LabelComparison | null): string {
  if (!labels) return 'Too few labels yet to tell whether it is better (40, of two classes, are enough).';
  const { before, after, isWorse } = labels;
  const verdict = isWorse ? `; clearly worse, so ${base} stays` : '';
  return `On ${plural(labels.labels, 'label')}, by cross-validation, before → after: ${percent(before.accuracy)} → ${percent(after.accuracy)} right, log-loss ${before.loss.toFixed(3)} → ${after.loss.toFixed(3)}${verdict}.`;
}
