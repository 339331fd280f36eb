import type { ImageShape } from '../../shared/schema/dataset';
import { type Encoder, isWeighed } from '../features/encoder';
import { widthOf } from '../features/width';
import { type Matrix, matrix, row } from '../numeric/matrix';

/** An encoder, and a head's weights on what it gives, [c × e]. */
export interface Heard {
  readonly encoder: Encoder;
  readonly weights: Matrix<Float32Array>;
}

/** The same without the weighed parts that the weights do not listen to; one part at least stays. */
export async function heardParts({ encoder, weights }: Heard, shape: ImageShape): Promise<Heard> {
  if (!isWeighed(encoder)) return { encoder, weights };
  const parts: Heard[] = [];
  let offset = 0;
  for (const part of encoder.parts) {
    const width = await widthOf(part, shape);
    parts.push(await heardParts({ encoder: part, weights: columnsOf(weights, offset, width) }, shape));
    offset += width;
  }
  const heard = parts.filter((part) => part.weights.data.some((weight) => weight !== 0));
  const kept = heard.length > 0 ? heard : parts.slice(0, 1);
  if (kept.length === 1) return kept[0]!;
  const encoders = kept.map((part) => part.encoder);
  return { encoder: { ...encoder, parts: encoders }, weights: besides(kept.map((part) => part.weights)) };
}

function columnsOf(weights: Matrix<Float32Array>, from: number, width: number): Matrix<Float32Array> {
  const { rows } = weights;
  const some = matrix(rows, width, new Float32Array(rows * width));
  for (let c = 0; c < rows; c++) row(some, c).set(row(weights, c).subarray(from, from + width));
  return some;
}

function besides(parts: readonly Matrix<Float32Array>[]): Matrix<Float32Array> {
  const { rows } = parts[0]!;
  const columns = parts.reduce((sum, part) => sum + part.columns, 0);
  const all = matrix(rows, columns, new Float32Array(rows * columns));
  let offset = 0;
  for (const part of parts) {
    for (let c = 0; c < rows; c++) row(all, c).set(row(part, c), offset);
    offset += part.columns;
  }
  return all;
}
