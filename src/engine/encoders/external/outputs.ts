import type { Pool } from '../../../shared/encoders';
import { inputError } from '../../errors';
import type { EncoderInput } from '../preprocessing';
import { columnsOf, describeShape } from './rows';

/** An output as it was for one image. */
export interface OutputShape {
  readonly name: string;
  readonly dims: readonly number[];
}

/** What of a model is looked at. */
export interface ChosenOutput {
  readonly name: string;
  /** Of one image. */
  readonly shape: readonly number[];
  readonly pool: Pool;
  readonly dimensions: number;
}

export interface OutputWish {
  readonly output?: string;
  readonly pool?: Pool;
}

/** What outputs are called, the best first, and of how many dimensions they are. */
const conventions: readonly { readonly name: string; readonly rank: number }[] = [
  { name: 'image_embeds', rank: 2 },
  { name: 'pooler_output', rank: 2 },
  { name: 'last_hidden_state', rank: 3 },
];
/** Else the only one of so many dimensions. */
const ranks = [2, 4, 3];

const usualPools: Readonly<Record<number, Pool>> = { 2: 'none', 3: 'cls', 4: 'mean' };

/** The output that is wished for, or the one that stands for an image by convention. */
export function chooseOutput(
  file: string,
  outputs: readonly OutputShape[],
  layout: EncoderInput['layout'],
  wish: OutputWish,
): ChosenOutput {
  const { name, dims } = wish.output === undefined ? conventional(file, outputs) : named(file, outputs, wish.output);
  const pool = wish.pool ?? usualPools[dims.length] ?? 'none';
  return { name, shape: dims, pool, dimensions: columnsOf(dims, { pool, layout }) };
}

function named(file: string, outputs: readonly OutputShape[], name: string): OutputShape {
  const found = outputs.find((output) => output.name === name);
  if (!found) throw inputError(`${file} has no output "${name}"; it has ${listed(outputs)}.`);
  if (!isUsable(found))
    throw inputError(
      `The output "${name}" of ${file} has ${describeShape(found.dims)} for one image, which is no row, sequence or map; it has ${listed(outputs)}.`,
    );
  return found;
}

function conventional(file: string, outputs: readonly OutputShape[]): OutputShape {
  const usable = outputs.filter(isUsable);
  for (const { name, rank } of conventions) {
    const found = usable.find((output) => output.name === name && output.dims.length === rank);
    if (found) return found;
  }
  for (const rank of ranks) {
    const [only, ...more] = usable.filter(({ dims }) => dims.length === rank);
    if (only && more.length === 0) return only;
  }
  throw inputError(
    usable.length === 0
      ? `${file} gives nothing that could stand for an image: ${listed(outputs)}; export it with a row, a sequence or a map an image.`
      : `${file} has several outputs, and none of them is called as usual; add --output with one of ${listed(usable)}.`,
  );
}

/** One image gives one row of at least one number. */
const isUsable = ({ dims }: OutputShape): boolean =>
  dims.length >= 2 && dims.length <= 4 && dims[0] === 1 && dims.every((size) => size > 0);

const listed = (outputs: readonly OutputShape[]): string =>
  outputs.map(({ name, dims }) => `"${name}" (${describeShape(dims)})`).join(', ');
