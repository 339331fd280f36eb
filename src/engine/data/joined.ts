import type { ImageRecord } from './dataset/type';
import type { PixelStore } from './images';

/** What joining looks at of a dataset. */
interface JoinedDataset {
  readonly images: readonly ImageRecord[];
  readonly train: Int32Array;
  readonly pixels: PixelStore;
}

/** Training images of several datasets as those of one, without labels. */
export interface JoinedImages {
  readonly pixels: PixelStore;
  /** Of all training images in `pixels`: the first dataset's own, then those of the others. */
  readonly indices: Int32Array;
  /** Images that each of the others adds. */
  readonly added: readonly number[];
}

/**
 * The training images of a dataset, and of others those that it does not hold already. Its test images stay unseen: whatever
 * has the content of one is left out, wherever it lies. All are of one shape; closing the datasets stays the caller's.
 */
export function joinTraining(own: JoinedDataset, others: readonly JoinedDataset[]): JoinedImages {
  const seen = new Set(own.images.map(({ hash }) => hash));
  const places: { readonly pixels: PixelStore; readonly index: number }[] = [];
  const added = others.map(({ images, train, pixels }) => {
    const before = places.length;
    for (const index of train) {
      const { hash } = images[index];
      if (seen.has(hash)) continue;
      seen.add(hash);
      places.push({ pixels, index });
    }
    return places.length - before;
  });
  const { count, channels, height, width } = own.pixels;
  const pixels: PixelStore = {
    count: count + places.length,
    channels,
    height,
    width,
    read(i, target, offset) {
      if (i < count) return own.pixels.read(i, target, offset);
      const place = places[i - count];
      place.pixels.read(place.index, target, offset);
    },
    close() {},
  };
  return { pixels, indices: Int32Array.from([...own.train, ...places.map((_, i) => count + i)]), added };
}
