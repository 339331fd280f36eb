import { join } from 'node:path';
import { csvText } from '../../shared/csv';
import { type FeatureName, fixedFeatures, isFeatureName, kindOf } from '../../shared/features';
import { SCHEMA_VERSION } from '../../shared/schema/common';
import type { Dataset } from '../data/dataset/type';
import { inputError, usageError } from '../errors';
import { representationOf } from '../features/cache';
import { type Encoder, leadOf } from '../features/encoder';
import { FeatureOpener, openProduct } from '../features/kinds';
import type { Job } from '../job';
import { labelledCopies } from '../rounds/copies';
import { currentModel } from '../rounds/currentModel';
import { readUsableLabels } from '../rounds/labelFiles';
import { writeFileAtomic } from '../store/atomicFile';
import { writeJson } from '../store/jsonFile';
import { writeNpy } from '../store/npy';
import { plural } from '../text/plural';
import { faceColumns } from './faceColumns';
import { labelsCoco, labelsCsv, labelsJson } from './labelExport';
import { modelToOnnx } from './modelExport';
import { outsideEncoders } from './outsideEncoders';
import { type DatasetOptions, withDataset } from './withDataset';

/** What can be exported, and as what; the first format is the default. */
export const exportFormats = { labels: ['csv', 'json', 'coco'], model: ['onnx'], features: ['npy'] } as const;
export type ExportKind = keyof typeof exportFormats;

export interface ExportOptions extends DatasetOptions {
  readonly what: ExportKind;
  readonly format?: string;
  /** File to write, or the folder of a model with an encoder from outside; by default in the dataset's `exports` folder. */
  readonly out?: string;
  /** Name of features that need no training; by default the pre-trained encoder alone, or before pre-training the encoder in use. */
  readonly encoder?: string;
  /** Labels: an answer counts for all images with the same pixels. */
  readonly copies?: boolean;
}

export interface ExportReport {
  readonly what: ExportKind;
  readonly format: string;
  readonly files: readonly string[];
  /** What was written, in a few words. */
  readonly summary: string;
}

/** Writes labels, the trained model, or the encoder's features for use elsewhere. */
export async function exportData(options: ExportOptions, job: Job): Promise<ExportReport> {
  const { what } = options;
  const formats: readonly string[] = exportFormats[what];
  const format = options.format ?? formats[0];
  if (!formats.includes(format))
    throw usageError(`Can't export ${what} as ${format}; possible: ${formats.join(', ')}.`);
  const encoder = options.encoder === undefined ? undefined : fixedNamed(options.encoder);
  if (encoder !== undefined && what !== 'features')
    throw usageError(`--encoder chooses features to export; leave it out, or pass --what features.`);
  return withDataset(options, job, async (dataset) => {
    const extension = format === 'coco' ? 'coco.json' : format;
    const path = options.out ?? join(dataset.directory, 'exports', `${what}.${extension}`);
    const features = async () => exportFeatures(dataset, await exportedEncoder(dataset, encoder, job), path, job);
    const write = {
      labels: () => exportLabels(dataset, { format, path, copies: options.copies ?? false }, job),
      model: () => exportModel(dataset, options.out, job),
      features,
    }[what];
    return { what, format, ...(await write()) };
  });
}

function fixedNamed(name: string): FeatureName {
  if (isFeatureName(name) && (kindOf(name).fixed || name === 'pretrained')) return name;
  throw usageError(
    `There are no features "${name}" that need no training; known: pretrained, ${fixedFeatures.join(', ')}, external:<name>, and several joined by +.`,
  );
}

type Written = Pick<ExportReport, 'files' | 'summary'>;

interface LabelFile {
  readonly format: string;
  readonly path: string;
  readonly copies: boolean;
}

async function exportLabels(dataset: Dataset, { format, path, copies: wanted }: LabelFile, job: Job): Promise<Written> {
  const merged = await readUsableLabels(dataset, job);
  const copies = wanted ? await labelledCopies(dataset, merged, job) : new Map<number, number>();
  if (format === 'csv') await writeFileAtomic(path, labelsCsv(dataset, merged, await faceColumns(dataset), copies));
  else if (format === 'json') await writeJson(path, labelsJson(dataset, merged, copies));
  else await writeJson(path, await labelsCoco(dataset, merged, copies, job));
  const { labels, conflicts } = merged;
  const left = conflicts.length > 0 ? `; ${plural(conflicts.length, 'image')} in conflict left out` : '';
  const also = copies.size > 0 ? ` and ${plural(copies.size, 'copy', 'copies')} of labelled images` : '';
  return { files: [path], summary: plural(labels.size, 'label') + also + left };
}

/**
 * The newest trained model: one ONNX file, or, where an encoder from outside comes first, a folder of that name with the
 * rest as ONNX and with what that encoder is.
 */
async function exportModel(dataset: Dataset, out: string | undefined, job: Job): Promise<Written> {
  const { results, model } = await currentModel(dataset, job);
  const { onnx, inputs } = await modelToOnnx(model, dataset);
  const outside = await outsideEncoders(dataset.directory, inputs);
  const whole = outside.length === 0;
  const chosen = out ?? join(dataset.directory, 'exports', 'model.onnx');
  const place = whole ? chosen : chosen.replace(/\.onnx$/, '');
  const files = whole ? [place] : [join(place, 'head.onnx'), join(place, 'encoder.json')];
  await writeFileAtomic(files[0], onnx);
  if (!whole) await writeJson(files[1], { schema: SCHEMA_VERSION, encoders: outside });
  return { files, summary: `model of round ${results.round} (${plural(results.labelled, 'label')})` };
}

/** By default the pre-trained encoder alone, or before pre-training the encoder in use; by name one of the kinds that stay as they are. */
async function exportedEncoder(dataset: Dataset, name: FeatureName | undefined, job: Job): Promise<Encoder> {
  if (name === undefined) {
    const { features, network } = await openProduct(dataset, job);
    return network?.pretrained ? network : leadOf(features);
  }
  const looks = await new FeatureOpener(dataset, job).open(name);
  if (!looks)
    throw inputError(`Dataset ${dataset.name} has no pre-trained encoder; run pretrain first, or pass --encoder hog.`);
  return looks.features;
}

/** Features of every image, and beside them a csv with the id of each row. */
async function exportFeatures(dataset: Dataset, encoder: Encoder, path: string, job: Job): Promise<Written> {
  const { rows, columns, data } = await representationOf(dataset, encoder, job);
  const ids = `${path.replace(/\.npy$/, '')}.images.csv`;
  const lines = dataset.images.map(({ id, split }, i) => [i, id, split]);
  await writeNpy(path, { shape: [rows, columns], data });
  await writeFileAtomic(ids, csvText([['row', 'image', 'split'], ...lines]));
  return { files: [path, ids], summary: `${plural(rows, 'image')} × ${plural(columns, 'feature')}` };
}

export const describeExport = ({ summary, files }: ExportReport): string => `Exported ${summary}.\n${files.join('\n')}`;
