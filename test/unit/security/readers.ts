// A process that has every reader of files read one that is hostile, and prints a line for each. It is run with little memory.
import { mkdirSync, statSync, symlinkSync, writeFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readCell } from '../../../src/engine/benchmark/cell';
import { copyGroups } from '../../../src/engine/data/dataset/copies';
import { compareFiles } from '../../../src/engine/data/dataset/fileVersions';
import { readDatasetFile } from '../../../src/engine/data/dataset/folder';
import { readList, readRecords } from '../../../src/engine/data/dataset/list';
import { inspectImage } from '../../../src/engine/data/decode';
import { isPixelFile, openPixelFile } from '../../../src/engine/data/pixelFile';
import { withImage } from '../../../src/engine/data/readImage';
import { tableFormat } from '../../../src/engine/data/table/format';
import { countRows, tableRows } from '../../../src/engine/data/table/rows';
import { makeThumbnails } from '../../../src/engine/data/thumbnails';
import { UnusableFile } from '../../../src/engine/data/unusableFile';
import { openEmbeddingStore } from '../../../src/engine/encoders/embedding/store';
import { sha256Of } from '../../../src/engine/encoders/external/files';
import { readModel } from '../../../src/engine/encoders/external/input';
import { readPreprocessorConfig } from '../../../src/engine/encoders/external/preprocessorConfig';
import { listExternal } from '../../../src/engine/encoders/external/register';
import { readGivenRows } from '../../../src/engine/encoders/given/read';
import { givenRowsOf } from '../../../src/engine/encoders/given/register';
import { readProjection } from '../../../src/engine/encoders/projectionFile';
import { UserError } from '../../../src/engine/errors';
import { readFaces } from '../../../src/engine/faces/list';
import { readContinued } from '../../../src/engine/features/continuedFile';
import { readEncoder } from '../../../src/engine/features/encoderFile';
import { readFeaturesFile } from '../../../src/engine/features/featuresFile';
import { silentJob } from '../../../src/engine/job';
import { readRawLabels } from '../../../src/engine/rounds/rawLabels';
import { readResults, readRounds } from '../../../src/engine/rounds/roundFiles';
import { readSettlements } from '../../../src/engine/rounds/settlementFiles';
import { readText } from '../../../src/engine/store/encoding';
import { withFileLock } from '../../../src/engine/store/fileLock';
import { readNpy } from '../../../src/engine/store/npy';
import { readNpyNumber } from '../../../src/engine/store/npyNumber';
import { readSafetensors } from '../../../src/engine/store/safetensors';
import { ReplacedAnswers } from '../../../src/extension/answers/replacedAnswers';
import { photosOf } from '../../../src/extension/datasets/facePhotos';
import { JsonFiles } from '../../../src/extension/datasets/jsonFile';
import { LabelFiles } from '../../../src/extension/datasets/labelFiles';
import { roundOf } from '../../../src/extension/datasets/roundOf';
import { datasetFile as datasetSchema } from '../../../src/shared/schema/dataset';
import { datasetRef, places } from '../../../src/shared/workspace/paths';
import { RefusedFile } from '../../../src/shared/workspace/regularFile';
import { continuedFile, datasetFile, encoderFile } from '../../support/datasetFiles';

/** What a reader gets: a dataset's folder in which its file lies. */
interface Place {
  readonly directory: string;
  readonly path: string;
}
type Reader = readonly [file: string, read: (place: Place) => Promise<unknown>];

const file = datasetFile();
const of = (directory: string) => ({ ...file, directory, file, name: 'faces', images: [], indexOf: () => undefined });
const ref = (directory: string) => ({ ...datasetRef('/', 'faces'), directory });
const thrown = (problem: UserError) => {
  throw problem;
};
const duplicates = { groups: 1, copies: 1, leaks: 0, conflicts: 0 };
const rows = async (path: string) => {
  const format = await tableFormat(path, () => true);
  await countRows(format, silentJob);
  for await (const row of tableRows(format, 'cells', silentJob)) row.cells.length;
};

/** Every reader of the engine and of the extension, by name, and the place of its file in a dataset's folder. */
export const readers: Readonly<Record<string, Reader>> = {
  'dataset.json': [places.dataset, ({ directory }) => readDatasetFile(directory)],
  features: [places.features, ({ directory }) => readFeaturesFile(directory)],
  faces: [places.facesList, ({ directory }) => readFaces(directory)],
  labels: [places.labelsOf('ann'), ({ directory }) => readRawLabels(directory, 'ann')],
  'old labels': [places.oldLabelsOf('ann'), ({ directory }) => readRawLabels(directory, 'ann')],
  settlements: [places.settlementsOf('ann'), ({ directory }) => readSettlements({ directory, file }, thrown)],
  rounds: [places.round(1), ({ directory }) => readRounds({ directory })],
  results: [places.resultsOf(1), ({ directory }) => readResults({ directory })],
  'a cell': ['cells/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.json', ({ directory }) => readCell(directory, 'a'.repeat(64))],
  'the list of images': [places.index, ({ directory }) => readList(directory, file)],
  'the checked list': [places.index, ({ directory }) => readRecords(directory, file)],
  'its proof': [
    places.indexProof,
    ({ directory }) => {
      writeFileSync(join(directory, places.index), '{}');
      return readRecords(directory, file);
    },
  ],
  'versions of files': [
    places.files,
    ({ directory }) => compareFiles({ directory, images: [], sourceFile: () => null }, [], silentJob),
  ],
  copies: [
    places.copies,
    ({ directory }) => {
      const pixels = { count: 0, channels: 1, height: 1, width: 1, read: () => {}, close: () => {} };
      return copyGroups({ ...of(directory), file: { ...file, duplicates }, pixels }, silentJob);
    },
  ],
  pixels: [
    places.pixels,
    async ({ path }) => {
      if (!isPixelFile(path, file.image, 1)) openPixelFile(path, file.image, Int32Array.of(0));
    },
  ],
  'an image': ['a.png', ({ path }) => withImage(path, inspectImage)],
  'a small picture': ['a.png', ({ path }) => makeThumbnails([{ source: path, target: `${path}.webp` }], silentJob)],
  'a table': ['a.csv', ({ path }) => rows(path)],
  'a text': ['a.txt', ({ path }) => readText(path)],
  npy: ['a.npy', ({ path }) => readNpy(path)],
  'the number of an annotation': ['a.npy', ({ path }) => readNpyNumber(path)],
  safetensors: ['a.safetensors', ({ path }) => readSafetensors(path)],
  projection: ['p.safetensors', ({ path }) => readProjection(path)],
  encoder: [
    places.encoderWeights,
    ({ directory }) => {
      writeFileSync(join(directory, places.encoder), JSON.stringify(encoderFile()));
      return readEncoder(directory);
    },
  ],
  'continued encoder': [
    places.continuedWeights,
    ({ directory }) => {
      writeFileSync(join(directory, places.continued), JSON.stringify(continuedFile()));
      return readContinued(directory);
    },
  ],
  'encoders from outside': [places.externalEncoder('x'), ({ directory }) => listExternal(directory)],
  'an ONNX file': ['m.onnx', ({ path }) => readModel(path)],
  // a model is looked at before its digest is told
  'the digest of a model': ['m.onnx', ({ path }) => (statSync(path).size > 2 ** 31 ? readModel(path) : sha256Of(path))],
  'a preprocessor': ['preprocessor_config.json', ({ path }) => readPreprocessorConfig(path)],
  'given rows': ['a.npy', ({ directory, path }) => readGivenRows(of(directory), path, path)],
  'kept rows': [
    places.embeddingsInfo('x'),
    ({ directory }) => givenRowsOf({ kind: 'given', name: 'x', directory, dimensions: 1, digest: file.digest }, []),
  ],
  'computed rows': ['store/a.txt', ({ path }) => openEmbeddingStore(dirname(path))],
  'a lock': [
    'a.json.lock',
    ({ directory }) => withFileLock(join(directory, 'a.json'), async () => {}, { patience: 100 }),
  ],
  'JSON in the editor': [places.dataset, ({ path }) => new JsonFiles().read(path, datasetSchema)],
  'labels in the editor': [places.labelsOf('ann'), ({ directory }) => new LabelFiles().read(directory, 'ann')],
  'old labels in the editor': [places.oldLabelsOf('ann'), ({ directory }) => new LabelFiles().read(directory, 'ann')],
  'replaced answers': [places.replaced('ann'), ({ directory }) => new ReplacedAnswers(directory, 'ann').read()],
  'a round in the editor': [
    places.round(1),
    ({ directory }) => roundOf({ ref: ref(directory), rounds: [{ round: 1 } as never] }, 'a.png'),
  ],
  'faces in the editor': [places.facesList, ({ directory }) => photosOf(ref(directory))],
};

/** What became of a reader: it gave something, refused with a sentence, or failed otherwise. */
async function outcomeOf(read: () => Promise<unknown>): Promise<string> {
  try {
    await read();
    return 'read';
  } catch (error) {
    const isSentence = [UserError, UnusableFile, RefusedFile].some((kind) => error instanceof kind);
    const { message, stack } = error as Error;
    if (isSentence && message.length < 1_000) return 'refused';
    return `defect: ${isSentence ? message.slice(0, 200) : stack}`;
  }
}

async function main(folder: string, hostile: string): Promise<void> {
  for (const [i, [name, [at, read]]] of Object.entries(readers).entries()) {
    const directory = join(folder, String(i));
    const path = join(directory, at);
    mkdirSync(dirname(path), { recursive: true });
    mkdirSync(join(directory, places.cache), { recursive: true });
    symlinkSync(hostile, path);
    writeSync(1, `${JSON.stringify({ name })}\n`);
    const outcome = await outcomeOf(() => read({ directory, path }));
    writeSync(1, `${JSON.stringify({ name, outcome })}\n`);
  }
  writeSync(1, `${JSON.stringify({ mebibytes: Math.round(process.resourceUsage().maxRSS / 1024) })}\n`);
}

const [, , folder, hostile] = process.argv;
if (folder && hostile) void main(folder, hostile);
