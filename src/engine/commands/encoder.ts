import { resolve } from 'node:path';
import { version } from '../../../package.json';
import { builtInEncoders, builtInNames } from '../../shared/encoders';
import { partsOf } from '../../shared/features';
import { isBuiltInName, modelNameOf } from '../../shared/modelName';
import type { EncoderListing } from '../../shared/protocol/engine';
import { SCHEMA_VERSION } from '../../shared/schema/common';
import type { ExternalEncoderFile } from '../../shared/schema/externalEncoder';
import { placeIn, places } from '../../shared/workspace/paths';
import { storedRoot } from '../data/dataset/choices';
import { findDataset, readDatasetFile } from '../data/dataset/folder';
import type { Dataset } from '../data/dataset/type';
import { builtInRecipe } from '../encoders/builtIn';
import { type Examined, examine, type ModelWish } from '../encoders/external/examine';
import { listExternal, removeExternal, writeExternal } from '../encoders/external/register';
import type { TrialOptions } from '../encoders/external/trial';
import { givenNames, hasGiven, readGivenInfo, removeGiven } from '../encoders/given/register';
import { type SentImage, sentImage } from '../encoders/imageSource';
import { inputError, usageError } from '../errors';
import { continuedRecipe, readContinued, removeContinued } from '../features/continuedFile';
import { featuresInUse, mirroredBy } from '../features/featuresFile';
import type { Job } from '../job';
import { exists } from '../store/exists';
import { plural } from '../text/plural';
import { textTable } from '../text/textTable';
import { checkedName, requireNoOther } from './encoderName';
import { describeViews } from './useEncoder';
import { type DatasetOptions, withDataset } from './withDataset';

export interface EncoderAddOptions extends DatasetOptions, ModelWish {
  /** By default that of the model's folder or file. */
  readonly name?: string;
  readonly trainedOn?: string;
}

export interface EncoderAdded {
  readonly name: string;
  /** The file that describes it. */
  readonly path: string;
  readonly encoder: ExternalEncoderFile;
  /** Names of all outputs that it could have been. */
  readonly outputs: readonly string[];
  readonly preprocessor: string | null;
  /** An image takes so long, singly. */
  readonly seconds: number;
}

/** A model of a gigabyte is loaded in seconds. */
const PATIENCE = 180_000;

/** Looks at a model, tries it on one image of the dataset, and writes down what it is. Nothing is copied or fetched. */
export async function addEncoder(
  options: EncoderAddOptions,
  job: Job,
  trial: TrialOptions = { patience: PATIENCE },
): Promise<EncoderAdded> {
  const wish = { ...options, path: resolve(options.path) };
  const name = checkedName(options.name ?? modelNameOf(wish.path));
  return withDataset(options, job, async (dataset) => {
    await requireNoOther(dataset.directory, name, 'network');
    const found = await examine(wish, await trialImage(dataset), trial, job);
    const { outputs, preprocessor, seconds } = found;
    const encoder = describeModel(found, dataset.directory, options);
    const path = await writeExternal(dataset.directory, name, encoder);
    return { name, path, encoder, outputs, preprocessor, seconds };
  });
}

function describeModel(
  { files, input, output, preprocessing, batch, single }: Examined,
  directory: string,
  { workspace, trainedOn }: EncoderAddOptions,
): ExternalEncoderFile {
  return {
    schema: SCHEMA_VERSION,
    files: files.map((file) => ({ ...file, path: storedRoot(workspace, directory, file.path) })),
    input,
    output,
    preprocessing,
    batch,
    ...(single === undefined ? {} : { single }),
    trainedOn: trainedOn ?? null,
    createdBy: version,
  };
}

/** How many images are looked for until one is still there. */
const TRIES = 20;

/** The first training image that is there. */
async function trialImage(dataset: Dataset): Promise<SentImage> {
  for (const index of dataset.train.subarray(0, TRIES)) {
    const image = sentImage(dataset, index);
    if (!('path' in image) || (await exists(image.path))) return image;
  }
  throw inputError(
    `None of the first images of dataset "${dataset.name}" is where it was imported from; put them back, or import them again.`,
  );
}

export function describeEncoderAdded({ name, encoder, outputs, preprocessor, seconds, path }: EncoderAdded): string {
  const { files, input, output, preprocessing, batch, single } = encoder;
  const others = outputs.filter((each) => each !== output.name);
  const rows = [
    ['model', files.map((file) => file.path).join(', ')],
    ['SHA-256', files.map(({ sha256 }) => sha256).join(', ')],
    [
      'input',
      `${input.name}: ${input.width} × ${input.height}, ${input.channels === 3 ? 'R, G, B' : 'grey'}, ${input.type}`,
    ],
    ['preprocessing', `${describePreprocessing(preprocessing)} (${preprocessor ?? 'no preprocessor_config.json'})`],
    ['output', `${output.name}, pool ${output.pool}: ${output.dimensions} numbers an image`],
    ['other outputs', others.join(', ') || 'none'],
    ['images a run', single === undefined ? String(batch) : `${batch}: ${single}`],
    ['speed', `${(1 / Math.max(seconds, 1e-4)).toFixed(1)} images/s, one by one`],
    ['trained on', encoder.trainedOn ?? 'not said'],
  ];
  return `Added the encoder "${name}".\n${textTable(['', 'found'], rows)}\n${path}`;
}

function describePreprocessing(preprocessing: ExternalEncoderFile['preprocessing']): string {
  const { resize, resample, centreCrop, rescale, normalise, pad, flipChannels } = preprocessing;
  const size = ({ height, width }: { height: number; width: number }) => `${width} × ${height}`;
  const steps = [
    resize && `${resample} to ${'shortestEdge' in resize ? `a shorter side of ${resize.shortestEdge}` : size(resize)}`,
    centreCrop && `the middle ${size(centreCrop)}`,
    rescale !== null && `times ${rescale.toPrecision(3)}`,
    normalise ? `mean ${normalise.mean.join(' ')}, deviation ${normalise.std.join(' ')}` : 'no mean and deviation',
    pad && `zeros up to ${size(pad)}`,
    flipChannels && 'B, G, R',
  ];
  return steps.filter(Boolean).join('; ');
}

export interface EncodersReport {
  readonly encoders: readonly EncoderListing[];
  /** Whether networks look at mirrored images too. */
  readonly mirrored: boolean;
}

/** What there is to look through: what comes with Warmstart, then what was added. */
export async function listEncoders({ workspace, dataset }: DatasetOptions): Promise<EncodersReport> {
  const directory = await findDataset(workspace, dataset);
  const { classes } = await readDatasetFile(directory);
  const parts: readonly string[] = partsOf((await featuresInUse(directory)) ?? '');
  const shipped = builtInNames.map((name): EncoderListing => {
    const { origin, licence } = builtInEncoders[name];
    return {
      name,
      origin: 'builtIn',
      used: parts.includes(name),
      trainedOn: origin,
      licence,
      dimensions: builtInRecipe(name, []).dimensions,
      model: null,
      problem: null,
    };
  });
  const added = (await listExternal(directory)).map(
    ({ name, file, problem }): EncoderListing => ({
      name,
      origin: 'external',
      used: parts.includes(`external:${name}`),
      trainedOn: file?.trainedOn ?? null,
      licence: null,
      dimensions: file?.output.dimensions ?? null,
      model: file && resolve(directory, file.files[0].path),
      problem,
    }),
  );
  const continued = await continuedListing(directory, parts);
  const given = await Promise.all((await givenNames(directory)).map((name) => givenListing(directory, name, parts)));
  return { encoders: [...shipped, ...continued, ...added, ...given], mirrored: await mirroredBy(directory, classes) };
}

/** The built-in encoder that went on learning, where there is one. */
async function continuedListing(directory: string, parts: readonly string[]): Promise<EncoderListing[]> {
  const found = await readContinued(directory)
    .then((encoder) => encoder && { ...encoder, ...continuedRecipe(encoder, true) })
    .catch((error: Error) => error.message);
  if (found === null) return [];
  const known = typeof found === 'string' ? null : found;
  const base = known && builtInEncoders[known.info.base.name];
  return [
    {
      name: 'continued',
      origin: 'continued',
      used: parts.includes('continued'),
      trainedOn:
        known &&
        base &&
        `${known.info.base.name}: ${base.origin}; then ${plural(known.info.images, 'image')} of this dataset, without labels`,
      licence: base?.licence ?? null,
      dimensions: known?.dimensions ?? null,
      model: placeIn(directory, places.continuedWeights),
      problem: typeof found === 'string' ? found : null,
    },
  ];
}

/** Embeddings that were added. */
async function givenListing(directory: string, name: string, parts: readonly string[]): Promise<EncoderListing> {
  const file = await readGivenInfo(directory, name).catch((error: Error) => error.message);
  const known = typeof file === 'string' ? null : file;
  return {
    name,
    origin: 'external',
    used: parts.includes(`external:${name}`),
    trainedOn: known?.trainedOn ?? null,
    licence: null,
    dimensions: known?.dimensions ?? null,
    model: placeIn(directory, places.embeddingsRows(name)),
    problem: typeof file === 'string' ? file : null,
  };
}

export function describeEncoders({ encoders, mirrored }: EncodersReport): string {
  const rows = encoders.map(({ name, origin, used, trainedOn, model, problem }) => [
    name,
    used ? 'in use' : '',
    origin === 'builtIn' ? 'comes with Warmstart' : (problem ?? model ?? ''),
    trainedOn ?? 'not said',
  ]);
  return `${textTable(['encoder', '', 'where', 'trained on'], rows)}\n${describeViews(mirrored)}`;
}

export interface EncoderRemoveOptions extends DatasetOptions {
  readonly name: string;
}

/** Forgets an encoder that was added; the model's own files stay. */
export async function removeEncoder({ workspace, dataset, name }: EncoderRemoveOptions): Promise<{ removed: string }> {
  if (isBuiltInName(name))
    throw usageError(`"${name}" comes with Warmstart and can't be removed; use another encoder instead.`);
  const directory = await findDataset(workspace, dataset);
  const parts: readonly string[] = partsOf((await featuresInUse(directory)) ?? '');
  if (parts.includes(name === 'continued' ? name : `external:${name}`))
    throw usageError(`"${name}" is in use; choose another encoder first (encoder use).`);
  if (name === 'continued') await removeContinued(directory);
  else if (await hasGiven(directory, name)) await removeGiven(directory, name);
  else await removeExternal(directory, name);
  return { removed: name };
}
