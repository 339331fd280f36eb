import type { Dataset } from '../data/dataset/type';
import { uprightSizes } from '../data/uprightSizes';
import type { Job } from '../job';

/** An image with its class, and what else stands in its annotation. */
export interface CocoImage {
  readonly image: string;
  readonly label: string;
  readonly extra?: Readonly<Record<string, string | number>>;
}

/**
 * COCO's annotation format. A label belongs to the whole image, so its box is the image: [0, 0, width, height] in pixels of its
 * file, turned upright.
 */
export async function cocoOf(dataset: Dataset, images: readonly CocoImage[], job: Job): Promise<unknown> {
  const { name, file } = dataset;
  const sizes = await uprightSizes(
    dataset,
    images.map(({ image }) => image),
    job,
  );
  return {
    info: { description: name },
    images: images.map(({ image }, n) => ({ id: n + 1, file_name: image, ...sizes[n] })),
    categories: file.classes.map((className, c) => ({ id: c + 1, name: className })),
    annotations: images.map(({ label, extra }, n) => ({
      id: n + 1,
      image_id: n + 1,
      category_id: file.classes.indexOf(label) + 1,
      bbox: [0, 0, sizes[n].width, sizes[n].height],
      area: sizes[n].width * sizes[n].height,
      iscrowd: 0,
      ...extra,
    })),
  };
}
