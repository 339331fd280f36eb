import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { readVotes } from '../../../src/engine/benchmark/votes';
import { readLabelTable } from '../../../src/engine/commands/labelTable';
import { readDatasetFile } from '../../../src/engine/data/dataset/folder';
import { rebuildCache } from '../../../src/engine/data/dataset/import';
import { readRecords } from '../../../src/engine/data/dataset/list';
import { openDataset } from '../../../src/engine/data/dataset/open';
import { decodeImage, inspectImage, problemOf } from '../../../src/engine/data/decode';
import { openFer2013 } from '../../../src/engine/data/importers/fer2013';
import { withImage } from '../../../src/engine/data/readImage';
import { readModel as readOnnx } from '../../../src/engine/encoders/external/input';
import { readPreprocessorConfig } from '../../../src/engine/encoders/external/preprocessorConfig';
import { readGivenRows } from '../../../src/engine/encoders/given/read';
import { UserError } from '../../../src/engine/errors';
import { readEncoder } from '../../../src/engine/features/encoderFile';
import { readFeaturesFile } from '../../../src/engine/features/featuresFile';
import { silentJob } from '../../../src/engine/job';
import { lastChange } from '../../../src/engine/rounds/classChangeFiles';
import { readAnswers } from '../../../src/engine/rounds/labelFiles';
import { readResults, readRounds } from '../../../src/engine/rounds/roundFiles';
import { readSettlements } from '../../../src/engine/rounds/settlementFiles';
import { readSelectInput } from '../../../src/engine/select/input';
import { readNpy, writeNpy } from '../../../src/engine/store/npy';
import { readSafetensors } from '../../../src/engine/store/safetensors';
import { KnownFiles } from '../../../src/extension/datasets/knownFiles';
import { readDataset } from '../../../src/extension/datasets/readDatasets';
import { parseOldLabels } from '../../../src/shared/workspace/oldLabels';
import { datasetRef } from '../../../src/shared/workspace/paths';
import { preprocessorConfig, vitLike } from '../../support/encoderModels';
import { greyValues, picture } from '../../support/pictures';

/** Something that reads a file, and the files that are mutated for it. */
export interface Reader {
  readonly name: string;
  /** Where the mutated file lies. */
  readonly path: string;
  readonly seeds: readonly Uint8Array[];
  /** Ends well, or by a sentence for people. */
  readonly read: () => Promise<unknown>;
}

/** All readers of files that come from other people, on a dataset on which the whole loop was walked. */
export async function readersIn(workspace: string, dataset: string): Promise<Reader[]> {
  const opened = await openDataset(workspace, dataset, silentJob, rebuildCache);
  const { directory } = opened;
  const inFolder = async (name: string, path: string, read: Reader['read']): Promise<Reader> => {
    const full = join(directory, ...path.split('/'));
    return { name, path: full, seeds: [await readFile(full)], read };
  };
  const beside = (name: string, seeds: readonly (Uint8Array | string)[], read: (path: string) => Promise<unknown>) => {
    const path = join(workspace, name);
    return { name, path, seeds: seeds.map((seed) => Buffer.from(seed)), read: () => read(path) };
  };
  const labelled = { ...opened, close: undefined };
  const ref = datasetRef(workspace, dataset);
  const tree = () => readDataset(ref, new KnownFiles());
  const ids = opened.images.map(({ id }) => id);
  return [
    await inFolder('dataset.json', 'dataset.json', () => readDatasetFile(directory)),
    await inFolder('dataset.json in the editor', 'dataset.json', tree),
    await inFolder('list of images', '.cache/index.json', () => readRecords(directory, opened.file)),
    await inFolder('labels', 'labels/anna.jsonl', () => readAnswers(labelled)),
    await inFolder('labels in the editor', 'labels/anna.jsonl', tree),
    await inFolder('rounds', 'rounds/0001.json', () => readRounds(opened)),
    await inFolder('rounds in the editor', 'rounds/0001.json', tree),
    await inFolder('results', 'results/0001.json', () => readResults(opened)),
    await inFolder('settlements', 'settlements/anna.json', () => readSettlements(labelled, refuse)),
    await inFolder('changes of classes', 'classes/0002.json', () => lastChange(directory)),
    await inFolder('features.json', 'features.json', () => readFeaturesFile(directory)),
    await inFolder('encoder.json', 'models/encoder.json', () => readEncoder(directory)),
    await inFolder('encoder.safetensors', 'models/encoder.safetensors', () => readEncoder(directory)),
    beside('weights.safetensors', [await readFile(join(directory, 'models/encoder.safetensors'))], readSafetensors),
    beside('rows.npy', await arrays(workspace, 6), readNpy),
    beside('given.npy', await arrays(workspace, ids.length), async (path) => {
      await writeFile(`${path}.txt`, ids.join('\n'));
      return readGivenRows(opened, path, `${path}.txt`);
    }),
    beside('labels.csv', labelTables(ids), (path) => readLabelTable(opened, { path, reviewed: false }, silentJob)),
    beside('votes.csv', voteTables(ids, opened.file.classes), (path) => readVotes(opened, path, silentJob)),
    beside('fer2013.csv', ferTables(), readFer),
    beside('model.onnx', [vitLike({})], readOnnx),
    beside('preprocessor_config.json', [preprocessorConfig()], readPreprocessorConfig),
    beside('select.json', [selectInput()], async (path) => {
      const text = await readFile(path, 'utf8');
      return readSelectInput(parsed(text), workspace);
    }),
    beside('old labels', [oldLabels(ids)], async (path) =>
      parseOldLabels(await readFile(path, 'utf8'), async () => undefined),
    ),
    ...(await Promise.all(
      ['png', 'jpg', 'webp', 'gif', 'tif'].map(async (kind) =>
        beside(`image.${kind}`, [await imageOf(kind)], readPicture),
      ),
    )),
  ];
}

/** A damaged file is an error, as where it would be written to. */
function refuse(problem: UserError): never {
  throw problem;
}

/** JSON that is none is refused before the reader is asked. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function arrays(folder: string, rows: number): Promise<Buffer[]> {
  const path = join(folder, 'seed.npy');
  const made: Buffer[] = [];
  for (const data of [new Float32Array(4 * rows).fill(0.5), Float64Array.from({ length: 4 * rows }, (_, i) => i)]) {
    await writeNpy(path, { shape: [rows, 4], data });
    made.push(await readFile(path));
  }
  return made;
}

const labelTables = (ids: readonly string[]): string[] => [
  `image,label\n${ids
    .slice(0, 9)
    .map((id) => `${id},a`)
    .join('\n')}\n`,
  `label;image\n${ids
    .slice(0, 9)
    .map((id) => `"b";"${id}"`)
    .join('\r\n')}\r\n`,
];

const voteTables = (ids: readonly string[], classes: readonly string[]): string[] => [
  `image,${classes.join(',')}\n${ids
    .slice(0, 9)
    .map((id) => `${id},${classes.map((_, i) => i).join(',')}`)
    .join('\n')}\n`,
];

function ferTables(): string[] {
  const row = (i: number) => `${i % 7},${Array.from(greyValues(i, 48, 48)).join(' ')},Training`;
  return [`emotion,pixels,Usage\n${[0, 1].map(row).join('\n')}\n`];
}

async function readFer(path: string): Promise<void> {
  const source = await openFer2013(path, { exclude: '', frontalOnly: false, seed: 0 }, silentJob);
  for await (const _ of source.items());
}

const selectInput = (): string =>
  JSON.stringify({
    strategy: 'coreset',
    k: 2,
    seed: 0,
    features: [
      [0, 1],
      [1, 0],
      [2, 2],
    ],
    labelledFeatures: [[0, 0]],
  });

const oldLabels = (ids: readonly string[]): string =>
  JSON.stringify({
    schema: 1,
    annotator: 'anna',
    labels: Object.fromEntries(
      ids.slice(0, 6).map((id) => [id, { label: 'a', at: '2026-01-01T00:00:00.000Z', seconds: 1 }]),
    ),
  });

async function imageOf(kind: string): Promise<Buffer> {
  const image = sharp(await picture('x.png', { width: 24, height: 20, colour: true }));
  switch (kind) {
    case 'jpg':
      return image.jpeg().toBuffer();
    case 'webp':
      return image.webp().toBuffer();
    case 'gif':
      return image.gif().toBuffer();
    case 'tif':
      return image.tiff().toBuffer();
    default:
      return image.png().toBuffer();
  }
}

/** Importing lists an image that can't be read, whatever the reason; so every error is for people here. */
async function readPicture(path: string): Promise<void> {
  try {
    await withImage(path, async (file) => {
      await inspectImage(file);
      await decodeImage(file, { channels: 1, height: 16, width: 16 });
    });
  } catch (error) {
    throw new UserError('input', problemOf(error, path));
  }
}
