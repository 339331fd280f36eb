import { basename, join } from 'node:path';
import { hasCollapsed, hasLearnt } from '../../shared/encoderHealth';
import { type FeatureName, kindOf } from '../../shared/features';
import type { EncoderFile } from '../../shared/schema/encoder';
import { placeIn, places } from '../../shared/workspace/paths';
import type { Dataset } from '../data/dataset/type';
import { inputOf } from '../data/images';
import { inputError, usageError } from '../errors';
import type { NetworkEncoder } from '../features/encoder';
import { type PretrainedEncoder, readEncoder, writeEncoder } from '../features/encoderFile';
import { extractFeatures } from '../features/extract';
import { featuresInUse, viewsFor } from '../features/featuresFile';
import type { Job } from '../job';
import { architecture, encoderNames, grids } from '../network/architectures';
import { beginningAgain, checkpointFile, holdsRun } from '../pretrain/checkpointFile';
import { effectiveRank } from '../pretrain/health';
import { fromPixels } from '../pretrain/pixelViews';
import { fitToImages, formerOptions, type PretrainOptions, pretrainOptions } from '../pretrain/presets';
import { type PretrainCheckpoints, pretrain as run } from '../pretrain/pretrain';
import { defaultDevices } from '../runtime/device/choose';
import { digestOf } from '../store/digest';
import { withFileLock } from '../store/fileLock';
import { plural } from '../text/plural';
import { formatSeconds } from '../text/rate';
import { checkSources, type SourceOptions, type Sources, withSources } from './pretrainSources';
import { type DatasetOptions, withDataset } from './withDataset';

export interface PretrainCommandOptions extends DatasetOptions, SourceOptions {
  readonly preset: string;
  readonly encoder?: string;
  /** Places along each side of the grid that its last map is averaged over; by default the preset's. */
  readonly grid?: number;
  /** At most one of the two; by default the preset's length. */
  readonly minutes?: number;
  readonly epochs?: number;
  /** Copies of the network that share each batch out; 1 unless said. */
  readonly replicas?: number;
  readonly seed: number;
  /** Begin again although there is an encoder or a checkpoint. */
  readonly restart: boolean;
}

export interface PretrainReport {
  /** What rounds look at; null where the dataset does not say it, and its encoder is taken once it is there. */
  readonly inUse: FeatureName | null;
  /** False when the encoder was there before. */
  readonly trained: boolean;
  readonly directory: string;
  readonly encoder: EncoderFile;
}

/**
 * Contrastive pre-training on the training images, without labels; goes on where an earlier call was stopped. It may start
 * from another dataset's encoder, learn from other datasets' images too, or take an encoder as it is.
 */
export async function pretrain(options: PretrainCommandOptions, job: Job): Promise<PretrainReport> {
  const { minutes, epochs } = options;
  checkSources(options, minutes !== undefined || epochs !== undefined);
  const settings = settingsOf(options);
  return withDataset(options, job, (dataset) =>
    // two runs at a time would overwrite each other's checkpoint
    withFileLock(
      join(dataset.cache, 'pretrain'),
      () =>
        withSources(dataset, options, job, (sources) =>
          pretrainDataset({ dataset, sources, settings: settingsFor(settings, options, sources) }, options, job),
        ),
      { signal: job.signal, patience: 1_000 },
    ),
  );
}

function settingsOf({ preset, encoder, grid, minutes, epochs, replicas }: PretrainCommandOptions): PretrainOptions {
  if (minutes !== undefined && epochs !== undefined) throw usageError('Give either --minutes or --epochs, not both.');
  if (encoder !== undefined && !encoderNames.includes(encoder))
    throw usageError(`There is no encoder "${encoder}"; known are ${encoderNames.join(', ')}.`);
  if (grid !== undefined && !grids.some((known) => known === grid))
    throw usageError(`A grid has 1, 2 or 3 places along each side, not ${grid}; give one of these as --grid.`);
  const length = epochs !== undefined ? { epochs } : minutes !== undefined ? { minutes } : null;
  return pretrainOptions(preset, {
    ...(encoder === undefined ? {} : { encoder }),
    ...(grid === undefined ? {} : { grid }),
    ...(replicas === undefined ? {} : { replicas }),
    ...(length ? { length } : {}),
  });
}

/** An encoder that is started from decides the architecture, and the images there are the batch. */
function settingsFor(
  settings: PretrainOptions,
  { encoder }: PretrainCommandOptions,
  { start, indices }: Sources,
): PretrainOptions {
  if (start && encoder !== undefined && encoder !== start.info.encoder)
    throw inputError(
      `The encoder of ${start.name} is a ${start.info.encoder}, not ${encoder}; leave out --encoder, or start from another one.`,
    );
  return fitToImages(start ? { ...settings, encoder: start.info.encoder } : settings, indices.length);
}

/** What is trained, and on what. */
interface Pretraining {
  readonly dataset: Dataset;
  readonly sources: Sources;
  readonly settings: PretrainOptions;
}

async function pretrainDataset(
  pretraining: Pretraining,
  { seed, restart, asItIs = false, grid }: PretrainCommandOptions,
  job: Job,
): Promise<PretrainReport> {
  const { dataset, sources } = pretraining;
  const { directory } = dataset;
  const { settings, path, key } = await runToDo(pretraining, seed, restart);
  const kept = checkpointFile(path, key);
  const checkpoint = restart ? beginningAgain(kept) : kept;
  // beside a finished encoder a checkpoint is a restart that was stopped: that one goes on
  if (!restart && !(await checkpoint.exists())) {
    const there = await readEncoder(directory);
    if (there) {
      requireSameSources(dataset, there.info, sources);
      const encoder = grid === undefined ? there.info : await onGrid(dataset, there, grid, job);
      return { inUse: await featuresInUse(directory), trained: false, directory, encoder };
    }
  }
  if (asItIs && sources.start) await takeAsItIs(dataset, sources, grid ?? sources.start.info.grid ?? 1, job);
  else await trainEncoder({ ...pretraining, settings }, seed, checkpoint, job);
  await checkpoint.remove();
  const written = await readEncoder(directory);
  if (!written) throw new Error(`The encoder of ${dataset.name} is not there after writing it.`);
  return { inUse: await featuresInUse(directory), trained: true, directory, encoder: written.info };
}

/** The settings, and where and by which digest its state is kept: those it began with, where an earlier version began it. */
async function runToDo({ dataset, sources, settings }: Pretraining, seed: number, restart: boolean) {
  const { directory, train, file } = dataset;
  const { from, others } = sources.provenance;
  const path = placeIn(directory, places.checkpoint);
  const indices = digestOf(Array.from(train));
  const runOf = (settings: PretrainOptions) => ({
    settings,
    path,
    key: digestOf({ settings, seed, dataset: file.digest, indices, from, others }),
  });
  const views = await viewsFor({ directory: dataset.directory, classes: dataset.file.classes }, settings.views);
  const now = { ...settings, views };
  if (restart || now.preset !== 'quick') return runOf(now);
  const former = runOf(formerOptions(now, sources.indices.length));
  return (await holdsRun(path, former.key)) ? former : runOf(now);
}

/** An encoder that is there already is no answer to whoever asks for one of other origin. */
function requireSameSources({ name }: Dataset, there: EncoderFile, { start, provenance }: Sources): void {
  const known = new Set((there.others ?? []).map(({ dataset }) => dataset));
  const same =
    (!start || there.from?.weights === start.weights) &&
    (provenance.others ?? []).every(({ dataset }) => known.has(dataset));
  if (!same)
    throw inputError(
      `Dataset ${name} has an encoder already, of another origin; pass --restart to put a new one in its place.`,
    );
}

/** Pre-trains, and writes the encoder. */
async function trainEncoder(
  { dataset, sources, settings }: Pretraining,
  seed: number,
  checkpoints: PretrainCheckpoints,
  job: Job,
): Promise<void> {
  const { directory, normalisation } = dataset;
  const { start, pixels, indices, provenance } = sources;
  job.report({ stage: 'Choosing the device', done: 0, total: 1 });
  const devices = await defaultDevices(architecture(settings.encoder, inputOf(pixels), settings.grid));
  job.report({ stage: `Device: ${devices.why}`, done: 1, total: 1 });
  const images = { pixels, normalisation, indices };
  const weights = start ? { start: start.parameters } : {};
  const { parameters, progress, options, runtime } = await run(
    { ...fromPixels(images, settings), options: settings, seed, checkpoints, devices, ...weights },
    job,
  );
  const { preset, encoder, grid, ...rest } = options;
  const network = architecture(encoder, inputOf(dataset.pixels), grid); // for whole images, whatever size its views had
  const batch = Math.min(options.batch, indices.length);
  const last = progress.history[progress.history.length - 1];
  await writeEncoder(directory, parameters, {
    encoder,
    ...gridOf(grid),
    preset,
    seed,
    input: inputOf(dataset.pixels),
    options: JSON.parse(JSON.stringify(rest)) as Record<string, unknown>,
    device: runtime.description,
    images: dataset.train.length,
    dataset: dataset.file.digest,
    ...provenance,
    epochs: progress.epochs,
    steps: progress.step,
    seconds: progress.seconds,
    imagesPerSecond: (progress.step * batch) / progress.seconds,
    history: [...progress.history],
    health: {
      alignment: last.alignment,
      uniformity: last.uniformity,
      effectiveRank: await rankOf(dataset, { network, parameters, pretrained: true }, job),
    },
  });
}

/** Writes another encoder as the dataset's own, its figures with it but for the rank on these images. */
async function takeAsItIs(dataset: Dataset, { start, provenance }: Sources, grid: number, job: Job): Promise<void> {
  if (!start) throw new Error('There is no encoder to take.');
  const { encoder, preset, seed, input, options, device, health } = start.info;
  const network = architecture(encoder, input, grid);
  await writeEncoder(dataset.directory, start.parameters, {
    encoder,
    ...gridOf(grid),
    preset,
    seed,
    input,
    options,
    device,
    images: 0,
    dataset: dataset.file.digest,
    ...provenance,
    epochs: 0,
    steps: 0,
    seconds: 0,
    imagesPerSecond: 0,
    history: [],
    health: { ...health, effectiveRank: await rankOf(dataset, { ...start, network }, job) },
  });
}

/** The dataset's encoder read over another grid: its weights are the same, so nothing is trained. */
async function onGrid(dataset: Dataset, { info, parameters }: PretrainedEncoder, grid: number, job: Job) {
  const { schema: _, grid: before = 1, ...rest } = info;
  if (grid === before) return info;
  const network = architecture(info.encoder, info.input, grid);
  const effectiveRank = await rankOf(dataset, { network, parameters, pretrained: true }, job);
  const changed = { ...rest, ...gridOf(grid), health: { ...info.health, effectiveRank } };
  await writeEncoder(dataset.directory, parameters, changed);
  return (await readEncoder(dataset.directory))?.info ?? info;
}

/** As encoder.json says it: nothing where the whole map is averaged. */
const gridOf = (grid: number): Pick<EncoderFile, 'grid'> => (grid === 1 ? {} : { grid });

/** Effective rank of the features of the dataset's own training images, or of the first of many. */
async function rankOf({ pixels, normalisation, train }: Dataset, encoder: NetworkEncoder, job: Job): Promise<number> {
  const { network, parameters } = encoder;
  const indices = train.slice(0, MOST_IMAGES_FOR_RANK);
  return effectiveRank(
    await extractFeatures({ network, parameters, pretrained: true }, { pixels, normalisation, indices }, job),
  );
}

const MOST_IMAGES_FOR_RANK = 2_000;

export function describePretrain({ inUse, trained, directory, encoder: info }: PretrainReport): string {
  const { encoder, grid = 1, preset, epochs, seconds, imagesPerSecond, device, health, history, from } = info;
  const made = `encoder ${encoder}${grid > 1 ? ` on a grid of ${grid} × ${grid} places` : ''}, preset ${preset}, ${madeOf(info)}`;
  const loss = history.at(-1)?.loss.toFixed(3) ?? '–';
  const first = !trained
    ? `Pre-trained already: ${made}; pass --restart to begin again.`
    : epochs === 0 && from
      ? `Took the encoder of ${from.name} as it is: ${made}.`
      : `Pre-trained in ${formatSeconds(seconds)}: ${made} (${Math.round(imagesPerSecond)} images/s on ${device}).`;
  return [
    first,
    `Loss ${loss}, alignment ${health.alignment.toFixed(3)}, uniformity ${health.uniformity.toFixed(3)}, effective rank ${health.effectiveRank.toFixed(1)}.`,
    ...(hasCollapsed(health) ? [COLLAPSED] : hasLearnt(health) ? [] : [weakLine(inUse)]),
    ...(inUse === null || kindOf(inUse).pretrained
      ? []
      : [
          `Rounds go on looking through ${inUse}; "encoder use ${basename(directory)} combined" makes them look through this one and HOG.`,
        ]),
    placeIn(directory, places.encoderWeights),
  ].join('\n');
}

const COLLAPSED =
  'Its features have collapsed: they are nearly the same for all images (an effective rank below 1.5), so rounds can choose nothing by them; check that the images differ, or pre-train with --restart on more of them.';

/** Said of an encoder that has learnt next to nothing, and of what rounds do about it where they look through it. */
function weakLine(inUse: PretrainReport['inUse']): string {
  const said = 'It has learnt next to nothing yet (a uniformity above −3)';
  return inUse === null || inUse === 'combined'
    ? `${said}: rounds begin with HOG, and labels decide what it is worth; pre-train for longer.`
    : `${said}; pre-train for longer.`;
}

/** "3 epochs on 60 images, begun with the encoder of others; it has seen 100 images of others too" */
function madeOf({ epochs, images, from, others = [] }: EncoderFile): string {
  const trained = epochs === 0 ? [] : [`${plural(epochs, 'epoch')} on ${plural(images, 'image')}`];
  const begun = from && epochs > 0 ? [`begun with the encoder of ${from.name}`] : [];
  const seen = others.map((other) => `${plural(other.images, 'image')} of ${other.name}`);
  const also = seen.length > 0 ? [`it has seen ${seen.join(' and ')}${epochs > 0 ? ' too' : ''}`] : [];
  return [...trained, ...begun, ...also].join(', ');
}
