import { usageError } from '../engine/errors';
import type { LookName } from '../shared/sampleLooks';
import { type Expression, expressions } from './expressions';
import { expressionOf, FIRST_TEST_FACE } from './quota';

export interface SampleRequest {
  /** A new or empty folder, or one with the beginning of the same sample, which is then continued. */
  readonly folder: string;
  /** Number of training faces. */
  readonly train: number;
  /** Number of test faces. */
  readonly test: number;
  readonly seed: number;
  /** Width and height in pixels, 48 … 512. */
  readonly size: number;
  /** True: train/<class>/ and test/<class>/. False: one folder without classes or split, with train + test faces. */
  readonly labelled: boolean;
  /** Colour images instead of grey ones. */
  readonly colour?: boolean;
  /** 'photographs' unless said otherwise. */
  readonly look?: LookName;
}

/** One face of a written sample: where it is and what it shows. */
export interface SampleFile {
  /** Relative to the folder, '/' separators. */
  readonly path: string;
  readonly expression: Expression;
  /** 'train' for all faces of a sample without labels. */
  readonly split: 'train' | 'test';
  /** The index that sampleFace draws it from. */
  readonly index: number;
}

/** Throws a usage error that names what is wrong with the request. */
export function checkRequest({ train, test, seed, size }: SampleRequest): void {
  for (const [name, count] of [
    ['training', train],
    ['test', test],
  ] as const)
    if (!Number.isInteger(count) || count < 0 || count > FIRST_TEST_FACE)
      throw usageError(`The number of ${name} faces must be a whole number from 0 on, not ${count}.`);
  if (train + test === 0) throw usageError('A sample needs at least one face; ask for training or test faces.');
  if (!Number.isInteger(size) || size < 48 || size > 512)
    throw usageError(`The size of sample faces must be a whole number of pixels from 48 to 512, not ${size}.`);
  if (!Number.isSafeInteger(seed)) throw usageError(`The seed must be a whole number, not ${seed}.`);
}

/** The files that a request stands for, in order. A file's name and content don't depend on the number of files. */
export function sampleFiles({ train, test, seed, labelled }: SampleRequest): SampleFile[] {
  return Array.from({ length: train + test }, (_, i) => {
    const split = labelled && i >= train ? 'test' : 'train';
    const position = split === 'test' ? i - train : i;
    const index = split === 'test' ? FIRST_TEST_FACE + position : position;
    const expression = expressionOf(seed, index);
    const name = `face${String(position + 1).padStart(5, '0')}.png`;
    return { path: labelled ? `${split}/${expression}/${name}` : name, expression, split, index };
  });
}

/** The folders that hold images, relative to the sample's folder. */
export function imageFolders(labelled: boolean): string[] {
  if (!labelled) return ['.'];
  return ['train', 'test'].flatMap((split) => expressions.map((name) => `${split}/${name}`));
}
