import { join } from 'node:path';
import type { Dataset } from '../data/dataset';
import { inputError, usageError } from '../errors';
import type { Job } from '../job';
import { readLabels } from '../rounds/labelFiles';
import { readModel } from '../rounds/modelFiles';
import { representationOf } from '../rounds/representation';
import { readResults } from '../rounds/roundFiles';
import { writeFileAtomic, writeJson } from '../store/atomicFile';
import { writeNpy } from '../store/npy';
import { labelsCoco, labelsCsv, labelsJson } from './labelExport';
import { modelToOnnx } from './modelExport';
import { type DatasetOptions, encoderOf, plural, withDataset } from './workspace';

/** What can be exported, and as what; the first format is the default. */
export const exportFormats = { labels: ['csv', 'json', 'coco'], model: ['onnx'], features: ['npy'] } as const;
export type ExportKind = keyof typeof exportFormats;

export interface ExportOptions extends DatasetOptions {
  readonly what: ExportKind;
  readonly format?: string;
  /** File to write; by default one in the dataset's `exports` folder. */
  readonly out?: string;
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
  return withDataset(options, job, async (dataset) => {
    const extension = format === 'coco' ? 'coco.json' : format;
    const path = options.out ?? join(dataset.directory, 'exports', `${what}.${extension}`);
    const write = { labels: exportLabels, model: exportModel, features: exportFeatures }[what];
    return { what, format, ...(await write(dataset, format, path, job)) };
  });
}

type Written = Pick<ExportReport, 'files' | 'summary'>;

async function exportLabels(dataset: Dataset, format: string, path: string): Promise<Written> {
  const merged = await readLabels(dataset);
  if (format === 'csv') await writeFileAtomic(path, labelsCsv(dataset, merged));
  else await writeJson(path, format === 'json' ? labelsJson(dataset, merged) : labelsCoco(dataset, merged));
  const { labels, conflicts } = merged;
  const left = conflicts.length > 0 ? `; ${plural(conflicts.length, 'image')} in conflict left out` : '';
  return { files: [path], summary: plural(labels.size, 'label') + left };
}

/** The newest trained model as one ONNX graph. */
async function exportModel(dataset: Dataset, _format: string, path: string): Promise<Written> {
  const results = (await readResults(dataset)).at(-1);
  if (!results) throw inputError(`Dataset ${dataset.name} has no trained model yet; run train first.`);
  const model = await readModel(dataset, results, await encoderOf(dataset));
  await writeFileAtomic(path, modelToOnnx(model, dataset.file.classes, dataset.normalisation));
  return { files: [path], summary: `model of round ${results.round} (${plural(results.labelled, 'label')})` };
}

/** The encoder's features of every image, and beside them a csv with the id of each row. */
async function exportFeatures(dataset: Dataset, _format: string, path: string, job: Job): Promise<Written> {
  const { rows, columns, data } = await representationOf(dataset, await encoderOf(dataset), job);
  const ids = `${path.replace(/\.npy$/, '')}.images.csv`;
  const lines = dataset.images.map(({ id, split }, i) => `${i},"${id.replaceAll('"', '""')}",${split}`);
  await writeNpy(path, { shape: [rows, columns], data });
  await writeFileAtomic(ids, `${['row,image,split', ...lines].join('\n')}\n`);
  return { files: [path, ids], summary: `${plural(rows, 'image')} × ${plural(columns, 'feature')}` };
}

export const describeExport = ({ summary, files }: ExportReport): string => `Exported ${summary}.\n${files.join('\n')}`;
