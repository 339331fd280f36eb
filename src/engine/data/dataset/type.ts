import type { DatasetFile, Decoding } from '../../../shared/schema/dataset';
import type { Split } from '../../../shared/workspace/layouts';
import type { Normalisation, PixelStore } from '../images';

/** An image as rounds, oracle and panel see it. */
export interface ImageRecord {
  readonly id: string;
  readonly split: Split;
  /** Index of the class that the layout tells (for the oracle and for testing only); null when it tells none. */
  readonly label: number | null;
  /** SHA-256 of the image file, or of the grey values of a table's row. */
  readonly hash: string;
}

/** What is enough to find a dataset's files. */
export interface DatasetFolder {
  /** Absolute path of `warmstart/<name>`. */
  readonly directory: string;
}

/** An open dataset. Indices refer to `images` and to the pixel store alike. */
export interface Dataset {
  readonly name: string;
  /** Absolute path of `warmstart/<name>`. */
  readonly directory: string;
  /** Absolute path of its `.cache`. */
  readonly cache: string;
  readonly file: DatasetFile;
  /** In the order of their content's hash, which hints at no class. */
  readonly images: readonly ImageRecord[];
  readonly pixels: PixelStore;
  readonly normalisation: Normalisation;
  /** How files become pixels; absent: the plain way. */
  readonly decoding?: Decoding;
  /** Indices of the training images (the pool and what is labelled of it), ascending. */
  readonly train: Int32Array;
  /** Indices of the test images whose class is known, ascending. */
  readonly test: Int32Array;
  /** Whether an image of that id belongs to the dataset. */
  has(id: string): boolean;
  /** Its number in `images`; undefined for no image of this dataset. */
  indexOf(id: string): number | undefined;
  /** Absolute path of the image file; null for rows of a csv file. */
  sourceFile(index: number): string | null;
  close(): void;
}
