import type { Dataset } from '../data/dataset/type';

/** An image with its class, and what else stands in its annotation. */
export interface CocoImage {
  readonly image: string;
  readonly label: string;
  readonly extra?: Readonly<Record<string, string | number>>;
}

/**
 * COCO's annotation format. A label belongs to the whole image, so its box is the image: [0, 0, width, height] in pixels
 * as Warmstart decodes it.
 */
export function cocoOf({ name, file }: Pick<Dataset, 'name' | 'file'>, images: readonly CocoImage[]): unknown {
  const { width, height } = file.image;
  return {
    info: { description: name },
    images: images.map(({ image }, n) => ({ id: n + 1, file_name: image, width, height })),
    categories: file.classes.map((className, c) => ({ id: c + 1, name: className })),
    annotations: images.map(({ label, extra }, n) => ({
      id: n + 1,
      image_id: n + 1,
      category_id: file.classes.indexOf(label) + 1,
      bbox: [0, 0, width, height],
      area: width * height,
      iscrowd: 0,
      ...extra,
    })),
  };
}
