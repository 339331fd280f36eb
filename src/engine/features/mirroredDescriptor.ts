import type { ImageDescriptor } from './encoder';

/** A descriptor whose rows are the means of those of an image and of its mirrored view. */
export const withMirroredView = (descriptor: ImageDescriptor): ImageDescriptor => ({
  ...descriptor,
  settings: { ...descriptor.settings, mirrored: 1 },
  mirrored: true,
  forImages(shape) {
    const { dimensions, describe } = descriptor.forImages(shape);
    const view = new Uint8Array(shape.channels * shape.height * shape.width);
    const row = new Float32Array(dimensions);
    return {
      dimensions,
      describe(image, target, offset) {
        describe(image, target, offset);
        for (let from = 0; from < view.length; from += shape.width)
          for (let x = 0; x < shape.width; x++) view[from + x] = image[from + shape.width - 1 - x];
        describe(view, row, 0);
        for (let j = 0; j < dimensions; j++) target[offset + j] = (target[offset + j] + row[j]) / 2;
      },
    };
  },
});
