import type { Pool } from '../../../shared/encoders';
import { inputError } from '../../errors';
import { elements } from '../../numeric/shape';
import type { EncoderInput } from '../preprocessing';

/** What a network gave for n images. */
export interface Output {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** How an output becomes a row an image. */
export interface Pooling {
  readonly pool: Pool;
  readonly layout: EncoderInput['layout'];
}

/** Side of the grid of the pool grid3. */
const GRID = 3;

/** One row of numbers an image, [n × columns]. */
export function rowsOf(output: Output, pooling: Pooling): { readonly columns: number; readonly data: Float32Array } {
  const [n] = output.dims;
  const size = elements(output.dims) / n;
  const columns = columnsOf(output.dims, pooling);
  const data = new Float32Array(n * columns);
  const pool = poolers[output.dims.length as 2 | 3 | 4];
  for (let i = 0; i < n; i++) {
    const of = { dims: output.dims, data: output.data.subarray(i * size, (i + 1) * size) };
    pool(of, pooling, data.subarray(i * columns, (i + 1) * columns));
  }
  return { columns, data };
}

/** Numbers a row. @throws UserError where an output of that shape can't be pooled so. */
export function columnsOf(dims: readonly number[], { pool, layout }: Pooling): number {
  const widths: Partial<Record<Pool, number>>[] = [
    { none: dims[1] },
    { cls: dims[2], mean: dims[2], clsMean: 2 * dims[2] },
    { mean: channelsOf(dims, layout), grid3: GRID * GRID * channelsOf(dims, layout) },
  ];
  const known = widths[dims.length - 2];
  const found = known?.[pool];
  if (found !== undefined) return found;
  const possible = known ? `possible: ${Object.keys(known).join(', ')}` : 'name another output with --output';
  throw inputError(`The pool "${pool}" does not fit an output of ${describeShape(dims)}; ${possible}.`);
}

export const describeShape = (dims: readonly (number | string | null)[]): string =>
  `shape [${dims.map((size) => size ?? '?').join(' × ')}]`;

const channelsOf = (dims: readonly number[], layout: EncoderInput['layout']): number =>
  layout === 'nchw' ? dims[1] : dims[3];

const poolers: Readonly<Record<2 | 3 | 4, (output: Output, pooling: Pooling, row: Float32Array) => void>> = {
  2: ({ data }, _, row) => row.set(data),
  3: poolTokens,
  4: poolMap,
};

/** [tokens × d]; the first token stands for the whole image (CLS). */
function poolTokens({ dims, data }: Output, { pool }: Pooling, row: Float32Array): void {
  const [, tokens, width] = dims;
  if (pool !== 'mean') row.set(data.subarray(0, width));
  if (pool === 'cls') return;
  const from = pool === 'mean' ? 0 : tokens - patchesAmong(tokens);
  const mean = pool === 'mean' ? row : row.subarray(width);
  for (let token = from; token < tokens; token++)
    for (let i = 0; i < width; i++) mean[i] += data[token * width + i] / (tokens - from);
}

/** The patches of a square image: as many as fill a square, after CLS and registers. */
const patchesAmong = (tokens: number): number => (tokens > 1 ? Math.floor(Math.sqrt(tokens - 1)) ** 2 : 1);

/** Means over the places of a grid, channel by channel; places are those of adaptive average pooling, as in `../pool.ts`. */
function poolMap({ dims, data }: Output, { pool, layout }: Pooling, row: Float32Array): void {
  const grid = pool === 'mean' ? 1 : GRID;
  const channelsFirst = layout === 'nchw';
  const [height, width] = channelsFirst ? dims.slice(2) : dims.slice(1);
  const channels = channelsOf(dims, layout);
  const [step, plane] = channelsFirst ? [1, height * width] : [channels, 1];
  for (let c = 0; c < channels; c++)
    for (let i = 0; i < grid; i++)
      for (let j = 0; j < grid; j++) {
        const rows = part(i, grid, height);
        const columns = part(j, grid, width);
        let sum = 0;
        for (let y = rows.from; y < rows.to; y++)
          for (let x = columns.from; x < columns.to; x++) sum += data[c * plane + (y * width + x) * step];
        row[(c * grid + i) * grid + j] = sum / ((rows.to - rows.from) * (columns.to - columns.from));
      }
}

const part = (i: number, grid: number, size: number) => ({
  from: Math.floor((i * size) / grid),
  to: Math.ceil(((i + 1) * size) / grid),
});
