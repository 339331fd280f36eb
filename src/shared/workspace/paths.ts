import { isDatasetName } from './datasetName';
import { numberedName, paddedNumber } from './numbered';

/** Where the files of a workspace lie. Strings only: nothing here looks at a disk, so that the engine and the extension can both use it. */

const WARMSTART = 'warmstart';

/** A dataset on disk, as commands, trees and panels name it. */
export interface DatasetRef {
  /** Folder that holds `warmstart/`: one of the workspace's folders. */
  readonly workspace: string;
  readonly name: string;
  /** `<workspace>/warmstart/<name>`. */
  readonly directory: string;
}

/** Where all datasets of a workspace lie. */
export const warmstartFolder = (workspace: string): string => joined(workspace, [WARMSTART]);

export const datasetDirectory = (workspace: string, name: string): string => joined(workspace, [WARMSTART, name]);

export const datasetRef = (workspace: string, name: string): DatasetRef => ({
  workspace,
  name,
  directory: datasetDirectory(workspace, name),
});

/** Places in a dataset's folder, relative to it, '/' separators. */
export const places = {
  dataset: 'dataset.json',
  /** Which encoder it uses. */
  features: 'features.json',
  /** Faces that were cut out of photos to be its images, and where they come from. */
  faces: 'faces',
  facesList: 'faces.json',
  labels: 'labels',
  labelsOf: (annotator: string) => `labels/${annotator}.jsonl`,
  /** As earlier versions wrote them. */
  oldLabelsOf: (annotator: string) => `labels/${annotator}.json`,
  /** How disputes were settled. */
  settlements: 'settlements',
  settlementsOf: (annotator: string) => `settlements/${annotator}.json`,
  /** Answers to images that a person is asked again, laid out as the dataset's own labels are. */
  repeats: 'repeats',
  rounds: 'rounds',
  round: (number: number) => `rounds/${numberedName(number)}`,
  results: 'results',
  resultsOf: (round: number) => `results/${numberedName(round)}`,
  /** Changes of the classes, and one that is being carried out. */
  classes: 'classes',
  classChange: (number: number) => `classes/${numberedName(number)}`,
  pendingClassChange: 'classes/pending.json',
  models: 'models',
  /** The trained model of a round. */
  model: (round: number) => `models/round-${paddedNumber(round)}.safetensors`,
  /** What that model said of each image that it was measured on. */
  scored: (round: number) => `models/round-${paddedNumber(round)}.scored.json`,
  encoder: 'models/encoder.json',
  /** Encoders from outside, one file each. */
  externalEncoders: 'models/encoders',
  externalEncoder: (name: string) => `models/encoders/${name}.json`,
  /** Rows that were made elsewhere, and what they are. */
  embeddings: 'models/embeddings',
  embeddingsInfo: (name: string) => `models/embeddings/${name}.json`,
  embeddingsRows: (name: string) => `models/embeddings/${name}.npy`,
  encoderWeights: 'models/encoder.safetensors',
  /** A built-in encoder whose last blocks went on learning. */
  continued: 'models/continued.json',
  continuedWeights: 'models/continued.safetensors',
  /** What the rows of an encoder that others trained are projected on. */
  projection: (recipe: string) => `models/projection-${recipe.slice(0, 16)}.safetensors`,
  benchmarks: 'benchmarks',
  report: (benchmark: string) => `benchmarks/${benchmark}/report.json`,
  /** What can be made again; git ignores it. */
  cache: '.cache',
  /** The list of images. */
  index: '.cache/index.json',
  /** That the list of images was checked. */
  indexProof: '.cache/index.checked',
  pixels: '.cache/pixels.u8',
  /** Which file each image was, by its size and time. */
  files: '.cache/files.json',
  /** Images with the same pixels. */
  copies: '.cache/copies.json',
  /** Small pictures, by the content of the image. */
  thumbnails: '.cache/thumbnails',
  /** What the newest model says of every image. */
  predictions: '.cache/predictions',
  /** A pre-training that was stopped. */
  checkpoint: '.cache/pretrain.safetensors',
  continuedCheckpoint: '.cache/continued.safetensors',
  /** A training with unlabelled images that was stopped. */
  trainingCheckpoint: '.cache/training.safetensors',
  /** What an annotator's changes of answers took the place of. */
  replaced: (annotator: string) => `.cache/replaced/${annotator}.jsonl`,
} as const;

/** Path of a place in a dataset's folder. */
export const placeIn = (directory: string, place: string): string => joined(directory, place.split('/'));

/** A path in a dataset: `<workspace>/warmstart/<name>/<steps>`. */
export interface PathInDataset {
  readonly ref: DatasetRef;
  readonly steps: readonly string[];
}

/**
 * The datasets that a path may lie in, by its steps alone, the outermost first: several where a folder above the
 * workspace, or one in the dataset, is called `warmstart` too.
 */
export function datasetsOf(path: string): PathInDataset[] {
  const all = path.split(isWindows(path) ? /[\\/]/ : '/');
  return all.flatMap((step, i) => {
    const name = all[i + 1];
    if (step !== WARMSTART || name === undefined || !isDatasetName(name)) return [];
    return [{ ref: datasetRef(folderOf(all.slice(0, i), path), name), steps: all.slice(i + 2) }];
  });
}

/** The folder of these steps; a root keeps its separator. */
function folderOf(steps: readonly string[], path: string): string {
  const folder = steps.join(separatorOf(path));
  return steps.length === 1 ? folder + separatorOf(path) : folder;
}

const isWindows = (path: string): boolean => /^(?:[A-Za-z]:|\\\\)/.test(path);
const separatorOf = (path: string): string => (isWindows(path) ? '\\' : '/');

function joined(folder: string, steps: readonly string[]): string {
  const native = isWindows(folder) ? folder.replaceAll('/', '\\') : folder;
  const separator = separatorOf(folder);
  return [native.endsWith(separator) ? native.slice(0, -1) : native, ...steps].join(separator);
}
