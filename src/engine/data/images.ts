/** The images of a dataset as everything downstream sees them. */

/** How pixels become network input: (value / 255 − mean) / std, a mean and a std for each channel. One for all uses. */
export interface Normalisation {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** Decoded pixels of a dataset; image i is `channels × height × width` bytes, channel-major. */
export interface PixelStore {
  readonly count: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** Copies the bytes of image i to `target` from `offset` on. */
  read(i: number, target: Uint8Array, offset: number): void;
  close(): void;
}

/**
 * Only pixels. What pre-training and feature extraction get: no names, no folders, no classes, so that nothing that
 * hints at a label can reach them.
 */
export interface UnlabelledImages {
  readonly pixels: PixelStore;
  readonly normalisation: Normalisation;
  /** Which images of the store. */
  readonly indices: Int32Array;
}

/** The input of a network on these images: [channels, height, width]. */
export function inputOf({ channels, height, width }: PixelStore): [channels: number, height: number, width: number] {
  return [channels, height, width];
}
