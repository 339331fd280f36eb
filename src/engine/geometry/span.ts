import { breathe, type Job } from '../job';
import { choleskyFactor } from '../numeric/cholesky';
import type { Matrix } from '../numeric/matrix';
import { gramOf } from './gram';

/** How long what is left of a row must be against the longest one: less is the products' rounding. */
const SOMETHING = 1e-3;

/**
 * Rows in coordinates of their span: [n × d] → [n × n], lower triangular, with the same inner products. Where a row depends
 * on those before it, its column is 0. Products are in single precision.
 */
export async function spanCoordinates(rows: Matrix, job: Job): Promise<Matrix<Float64Array>> {
  const products = await gramOf(rows, job);
  const { rows: n, data } = products;
  let longest = 0;
  for (let i = 0; i < n; i++) longest = Math.max(longest, data[i * n + i]);
  const least = SOMETHING ** 2 * longest;
  return choleskyFactor(
    products,
    (left) => (left > least ? Math.sqrt(left) : 0),
    () => breathe(job),
  );
}
