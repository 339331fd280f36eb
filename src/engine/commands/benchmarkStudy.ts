import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { madeBefore } from '../../shared/features';
import type { EncoderFile } from '../../shared/schema/encoder';
import { isDatasetName } from '../../shared/workspace/datasetName';
import { placeIn, places } from '../../shared/workspace/paths';
import type { GridRequest, GridVotes } from '../benchmark/grid';
import { labelsOf, ownLabelNotes, ownLabelsDigest, ownLabelsPath } from '../benchmark/ownLabels';
import { type PlanOptions, planStudy } from '../benchmark/plan';
import type { Study } from '../benchmark/report';
import { benchmarkView, needsHoldOut } from '../benchmark/view';
import { readVotes, votedOn } from '../benchmark/votes';
import { datasetDirectory, listDatasets } from '../data/dataset/folder';
import { rebuildCache } from '../data/dataset/import';
import { openDataset } from '../data/dataset/open';
import type { Dataset } from '../data/dataset/type';
import { inputError, usageError } from '../errors';
import { readEncoder } from '../features/encoderFile';
import { DEFAULT_ARCHITECTURE } from '../features/kinds';
import type { Job } from '../job';
import { encoderNames } from '../network/architectures';
import { tidyUp } from '../rounds/tidyUp';
import { CPU_DEVICE, wantedDevice } from '../runtime/device/device';
import { onnxRuntime } from '../runtime/onnx/onnxRuntime';
import { otherSpelling } from '../store/spelling';
import { plural } from '../text/plural';
import { importFolder } from './import';
import { pretrain } from './pretrain';

/** What answers a benchmark's questions: the known labels, those that people gave the dataset, or a draw from the votes on each image. */
export const oracleNames = ['known', 'people', 'votes'] as const;

export interface BenchmarkOptions extends PlanOptions {
  readonly workspace: string;
  /** Name of a dataset, or a folder, which is then imported. */
  readonly subject: string;
  /** Architecture, by default the pre-trained encoder's, or `small`; or `hog`. */
  readonly encoder?: string;
  /** Length of the pre-training where there is none yet; by default the preset's. */
  readonly minutes?: number;
  /** 'known' unless said otherwise. */
  readonly oracle?: (typeof oracleNames)[number];
  /** A csv file of votes (docs/file-formats.md); models are scored against them. */
  readonly votes?: string;
  /** Processes at a time; by default one a core, or as many as memory allows. */
  readonly jobs?: number;
  readonly name: string;
  /** Folder for report and cells; by default `benchmarks/<name>` of the dataset. */
  readonly out?: string;
}

/** A study that can be run: what is compared, on which images, and what the report says of it. */
export interface ReadyStudy {
  readonly request: GridRequest;
  readonly study: Omit<Study, 'cells'>;
}

/**
 * Makes a benchmark ready and hands it over: imports a folder, pre-trains where that is compared and there is no encoder yet.
 * `makes`: false where that must have been done before, as in one of many tasks on a cluster. `keeps`: false where nothing is to be run.
 */
export async function withStudy<R>(
  options: BenchmarkOptions,
  job: Job,
  use: (ready: ReadyStudy) => Promise<R>,
  { makes = true, keeps = true } = {},
): Promise<R> {
  if (!/^[^./\\][^/\\]*$/.test(options.name))
    throw usageError(`"${options.name}" can't be the name of a folder; choose another --name.`);
  if (options.oracle === 'votes' && options.votes === undefined)
    throw usageError('An oracle that draws from votes needs them; give --votes votes.csv.');
  const opened = await openSubject(options, makes, job);
  try {
    const folder = await folderFor(opened.directory, options);
    const own = options.oracle === 'people' ? await labelsOf(opened, folder, keeps) : null;
    const holdOut = needsHoldOut(opened, own);
    const dataset = benchmarkView(opened, holdOut, own);
    const { plan: planned, notes } = planStudy(dataset, options);
    const { compared, ...plan } = planned;
    const needsPretraining = compared.some((name) => madeBefore(name).own);
    if (holdOut)
      notes.push(
        `There is no test split: ${plural(dataset.test.length, 'image')}, a fifth of each class, are held out. Pre-training sees them too, without their labels; a test folder of its own is stricter.`,
      );
    if (own) notes.push(...(await ownLabelNotes(opened, dataset, own)));
    const device = wantedDevice();
    if (device !== 'auto' && device !== CPU_DEVICE)
      notes.push(
        `The device ${device} is for pre-training only: cells run on ${CPU_DEVICE}, so that they are comparable.`,
      );
    const voted = await votesOf(dataset, options, job);
    notes.push(...(voted?.notes ?? []));
    const architecture = await architectureOf(opened, needsPretraining, { ...options, makes }, job);
    if (needsPretraining) notes.push(...originOf((await readEncoder(opened.directory))?.info));
    const request: GridRequest = {
      ...plan,
      compared,
      architecture,
      workspace: options.workspace,
      dataset,
      holdOut,
      folder,
      program: join(__dirname, 'cli.js'),
      ...(options.jobs === undefined ? {} : { jobs: options.jobs }),
      ...(voted ? { votes: voted.grid } : {}),
      ...(own ? { ownLabels: { path: ownLabelsPath(folder), digest: ownLabelsDigest(own) } } : {}),
    };
    const { name, train, test, file } = dataset;
    const study: Omit<Study, 'cells'> = {
      name: options.name,
      dataset: { name, digest: file.digest, train: train.length, test: test.length, classes: file.classes },
      protocol: {
        ...plan,
        ...(voted ? { votes: voted.protocol } : {}),
        encoder: needsPretraining ? architecture : null,
        device: `${onnxRuntime(1).description} a cell`,
      },
      notes,
    };
    return await use({ request, study });
  } finally {
    opened.close();
  }
}

/** The votes that a benchmark was given, as grid and report need them. */
async function votesOf(dataset: Dataset, { votes: file, oracle = 'known' }: BenchmarkOptions, job: Job) {
  if (file === undefined) return null;
  const path = resolve(file);
  const votes = await readVotes(dataset, path, job);
  const draws = oracle === 'votes';
  const [train, test] = [votedOn(votes, dataset.train), votedOn(votes, dataset.test)];
  if (draws && train === 0)
    throw inputError(`${path} has no votes on training images of ${dataset.name}, so nothing can be drawn from them.`);
  const notes: string[] = [];
  const { length } = dataset.train;
  if (draws && train < length)
    notes.push(
      `Images without votes are answered by their known label: ${length - train} of ${plural(length, 'training image')}.`,
    );
  if (test === 0) notes.push('No test image has votes, so no model is scored against them.');
  if (votes.ignored.length > 0)
    notes.push(`Columns of the votes that are no class were passed over: ${votes.ignored.join(', ')}.`);
  const { digest } = votes;
  return {
    grid: { path, digest, oracle: draws } satisfies GridVotes,
    protocol: { file: basename(path), digest, oracle: draws, train, test },
    notes,
  };
}

/** A dataset of that name, or else a folder that becomes one. */
async function openSubject({ workspace, subject }: BenchmarkOptions, makes: boolean, job: Job): Promise<Dataset> {
  const known = (await listDatasets(workspace)).map((listing) => listing.name);
  if (known.includes(subject)) {
    await tidyUp(datasetDirectory(workspace, subject));
    return openDataset(workspace, subject, job, rebuildCache);
  }
  if (!makes)
    throw inputError(`There is no dataset "${subject}" yet; run the benchmark with --plan first, which makes it.`);
  const folder = resolve(subject);
  if (!existsSync(folder)) {
    const advice = known.length > 0 ? `datasets here are ${known.join(', ')}` : 'there is no dataset here yet';
    throw inputError(`"${subject}" is neither a dataset nor a folder; ${advice}.`);
  }
  const { name } = await importFolder({ workspace, folder, layout: 'auto' }, job);
  return openDataset(workspace, name, job, rebuildCache);
}

/** The architecture of all cells; pre-trains first where pre-trained cells are wanted and there is no encoder yet. */
async function architectureOf(
  dataset: Dataset,
  needsPretraining: boolean,
  { workspace, encoder, minutes, makes }: BenchmarkOptions & { readonly makes: boolean },
  job: Job,
): Promise<string> {
  if (!needsPretraining) return encoderNames.find((name) => name === encoder) ?? DEFAULT_ARCHITECTURE; // hog is none
  if (!(await readEncoder(dataset.directory))) {
    if (!makes)
      throw inputError(
        `Dataset ${dataset.name} has no pre-trained encoder yet; run the benchmark with --plan first, which makes it.`,
      );
    const length = minutes === undefined ? {} : { minutes };
    const settings = { preset: 'quick', seed: 0, restart: false, encoder: encoder ?? DEFAULT_ARCHITECTURE, ...length };
    await pretrain({ workspace, dataset: dataset.name, ...settings }, job);
  }
  const there = await readEncoder(dataset.directory);
  if (!there) throw inputError(`The encoder of ${dataset.name} was removed meanwhile; run the benchmark again.`);
  if (encoder !== undefined && encoder !== there.info.encoder)
    throw inputError(
      `Dataset ${dataset.name} has a pre-trained ${there.info.encoder}, not ${encoder}; run pretrain --restart, or leave out --encoder.`,
    );
  return there.info.encoder;
}

/** That other images than the dataset's own made the encoder, where they did. */
function originOf(info: EncoderFile | undefined): string[] {
  const { from, others = [] } = info ?? {};
  if (!from && others.length === 0) return [];
  const begun = from ? [`began with the encoder of ${from.name}`] : [];
  const seen = others.map(({ name, images }) => `has seen ${plural(images, 'image')} of ${name}`);
  return [
    `The pre-trained encoder does not come from the dataset's own images alone: it ${[...begun, ...seen].join(', and ')}, without labels. Its gain is no evidence for pre-training on one's own images.`,
  ];
}

/** Where a benchmark goes. @throws UserError where its name can't be a folder of its own on every system. */
async function folderFor(
  directory: string,
  { name, out }: { readonly name: string; readonly out?: string | undefined },
) {
  if (out !== undefined) return resolve(out);
  const folder = placeIn(directory, places.benchmarks);
  if (!isDatasetName(name))
    throw usageError(
      `"${name}" can't name a benchmark: it is a folder; use letters, digits, spaces or . _ - in --name.`,
    );
  const other = await otherSpelling(folder, name);
  if (other === null) return join(folder, name);
  throw usageError(
    `There is a benchmark "${other}" already, and "${name}" differs only in upper and lower case; give that spelling, or another --name.`,
  );
}
