import { extname, join } from 'node:path';
import { writePicture } from '../data/picture';
import { inputError } from '../errors';
import { openProduct } from '../features/kinds';
import { seenBy } from '../features/seen';
import type { Job } from '../job';
import { digestOf } from '../store/digest';
import { indexIn } from './similar';
import { type DatasetOptions, withDataset } from './withDataset';

export interface SeenOptions extends DatasetOptions {
  /** Its id. */
  readonly image: string;
  /** File to write; with several encoders each further picture has its encoder in the name. By default in the dataset's cache. */
  readonly out?: string;
}

/** A picture of what encoders are fed of an image. */
export interface SeenPicture {
  readonly path: string;
  readonly by: readonly string[];
  readonly mirrored: boolean;
  readonly width: number;
  readonly height: number;
  readonly isGrey: boolean;
}

export interface SeenReport {
  readonly image: string;
  readonly pictures: readonly SeenPicture[];
}

/** Writes an image as the model sees it: what each encoder that rounds look through is fed of it. */
export async function seen({ image, out, ...options }: SeenOptions, job: Job): Promise<SeenReport> {
  return withDataset(options, job, async (dataset) => {
    const index = indexIn(dataset, image);
    const { features } = await openProduct(dataset, job);
    const found = await seenBy(features, dataset, index);
    if (found.length === 0)
      throw inputError(
        `What rounds of ${dataset.name} look at was computed elsewhere, so nothing tells what it was computed from; choose another encoder with encoder use.`,
      );
    const pictures: SeenPicture[] = [];
    for (const [i, { by, mirrored, pixels }] of found.entries()) {
      const { width, height, channels, data } = pixels;
      const path = out === undefined ? inCache(dataset.cache, data) : named(out, i === 0 ? [] : by);
      await writePicture(path, { width, height, channels, data });
      pictures.push({ path, by, mirrored, width, height, isGrey: channels === 1 });
    }
    return { image, pictures };
  });
}

/** Named after what it shows: a picture of another image, or for another encoder, is never taken for it. */
const inCache = (cache: string, data: Uint8Array): string =>
  join(cache, 'seen', `${digestOf(Buffer.from(data).toString('base64')).slice(0, 32)}.png`);

function named(out: string, by: readonly string[]): string {
  const extension = extname(out);
  return [out.slice(0, out.length - extension.length), ...by].join('-') + (extension || '.png');
}

export const describeSeen = ({ image, pictures }: SeenReport): string =>
  [
    `${image} as the model sees it:`,
    ...pictures.map(
      ({ path, by, mirrored, width, height, isGrey }) =>
        `${by.join(', ')}: ${width} × ${height} pixels, ${isGrey ? 'grey' : 'colour'}${mirrored ? ', and its mirror image' : ''}\n${path}`,
    ),
  ].join('\n');
