import type { Split } from '../../shared/workspace/layouts';
import type { Job } from '../job';
import { alikeImages } from '../rounds/likeness';
import { plural } from '../text/plural';
import { type DatasetOptions, withDataset } from './withDataset';

/** From here on two images count as near duplicates; how it was found stands in docs/results.md. */
export const NEAR_DUPLICATES = 0.9;

export interface DuplicatesOptions extends DatasetOptions {
  readonly atLeast: number;
}

export interface DuplicatesReport {
  readonly atLeast: number;
  /** The largest groups first. */
  readonly groups: readonly NearDuplicates[];
  /** Images in groups, and groups that have images for training and for testing, which makes accuracy look too good. */
  readonly images: number;
  readonly leaks: number;
}

export interface NearDuplicates {
  readonly images: readonly { readonly image: string; readonly split: Split }[];
  readonly likeness: number;
}

/** Groups of images that look nearly the same, as rounds see them. Nothing is removed for it. */
export async function duplicates({ atLeast, ...options }: DuplicatesOptions, job: Job): Promise<DuplicatesReport> {
  return withDataset(options, job, async (dataset) => {
    const found = await alikeImages(dataset, atLeast, job);
    const groups = found
      .map(({ images, likeness }) => ({
        images: images
          .map((i) => ({ image: dataset.images[i].id, split: dataset.images[i].split }))
          .sort((a, b) => (a.image < b.image ? -1 : 1)),
        likeness,
      }))
      .sort((a, b) => b.images.length - a.images.length || (a.images[0].image < b.images[0].image ? -1 : 1));
    return {
      atLeast,
      groups,
      images: groups.reduce((sum, { images }) => sum + images.length, 0),
      leaks: groups.filter(({ images }) => new Set(images.map(({ split }) => split)).size > 1).length,
    };
  });
}

export function describeDuplicates({ atLeast, groups, images, leaks }: DuplicatesReport): string {
  if (groups.length === 0) return `No two images are alike by ${atLeast} or more; --at-least takes a lower number.`;
  const lines = groups.map(
    (group) => `${group.likeness.toFixed(3)}  ${group.images.map(({ image }) => image).join('  ')}`,
  );
  lines.push(
    `${plural(images, 'image')} in ${plural(groups.length, 'group')}, each alike to another by ${atLeast} or more; nothing was removed.`,
  );
  if (leaks > 0)
    lines.push(`${plural(leaks, 'group')} with test images and training images: accuracy on those looks too good.`);
  return lines.join('\n');
}
