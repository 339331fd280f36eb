import { basename, resolve } from 'node:path';
import { version } from '../../../package.json';
import { SCHEMA_VERSION } from '../../shared/schema/common';
import { sha256Of } from '../encoders/external/files';
import { readGivenRows } from '../encoders/given/read';
import { writeGiven } from '../encoders/given/register';
import type { Job } from '../job';
import { plural } from '../text/plural';
import { checkedName, requireNoOther } from './encoderName';
import { type DatasetOptions, withDataset } from './withDataset';

export interface EmbeddingsAddOptions extends DatasetOptions {
  /** .npy with a row of numbers an image. */
  readonly features: string;
  /** Text file with the id of each row's image, one a line. */
  readonly ids: string;
  /** By default that of the file. */
  readonly name?: string;
  readonly trainedOn?: string;
}

export interface EmbeddingsAdded {
  readonly name: string;
  /** The file that describes them. */
  readonly path: string;
  /** Images that have a row; those of the same content share one. */
  readonly images: number;
  readonly dimensions: number;
  /** Rows that belong to no image of the dataset. */
  readonly others: number;
}

/** Takes rows that something else made of a dataset's images, and keeps a copy of those that belong to them. */
export async function addEmbeddings(options: EmbeddingsAddOptions, job: Job): Promise<EmbeddingsAdded> {
  const features = resolve(options.features);
  const name = checkedName(options.name ?? basename(features).replace(/\.npy$/, ''));
  return withDataset(options, job, async (dataset) => {
    await requireNoOther(dataset.directory, name, 'embeddings');
    const { rows, images, others } = await readGivenRows(dataset, features, resolve(options.ids));
    const path = await writeGiven(dataset.directory, name, rows, {
      schema: SCHEMA_VERSION,
      images: [...images],
      source: { name: basename(features), sha256: await sha256Of(features), others },
      trainedOn: options.trainedOn ?? null,
      createdBy: version,
    });
    return { name, path, images: dataset.images.length, dimensions: rows.columns, others };
  });
}

export function describeEmbeddingsAdded({ name, path, images, dimensions, others }: EmbeddingsAdded): string {
  const ignored = others > 0 ? ` ${plural(others, 'row')} of other images were passed over.` : '';
  return `Added the embeddings "${name}": ${plural(dimensions, 'number')} for each of ${plural(images, 'image')}.${ignored}\n${path}`;
}
