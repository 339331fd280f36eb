import type { Resample } from '../../shared/encoders';

/** How an image becomes the input of an encoder; one step after the other, in this order. Everything is JSON. */
export interface Preprocessing {
  /**
   * Images of more than so many times the size that is resized to are shrunk to that many times by libvips first, which reads
   * a JPEG only in part: a photograph takes a tenth of the time. Left out where an image must become what Pillow makes of it.
   */
  readonly reduce?: number;
  /** Grey and transparent images become RGB; otherwise an image keeps one channel where it has one. */
  readonly convertRgb: boolean;
  /** To a shorter side of so many pixels, or to exactly this size, whatever the image's own proportions; null: as it is. */
  readonly resize: { readonly shortestEdge: number } | { readonly height: number; readonly width: number } | null;
  readonly resample: Resample;
  /** The middle of the image; where it is smaller, zeros around it. */
  readonly centreCrop: Size | null;
  /** Factor on values 0 … 255. */
  readonly rescale: number | null;
  /** (value − mean) / std, one number a channel, in the order R, G, B. */
  readonly normalise: { readonly mean: readonly number[]; readonly std: readonly number[] } | null;
  /** Zeros on the right and below up to this size. */
  readonly pad: Size | null;
  /** R, G, B → B, G, R. */
  readonly flipChannels: boolean;
}

export interface Size {
  readonly height: number;
  readonly width: number;
}

/** What a network is fed: [n × channels × height × width] or channels last. */
export interface EncoderInput extends Size {
  readonly channels: 1 | 3;
  readonly layout: 'nchw' | 'nhwc';
}
