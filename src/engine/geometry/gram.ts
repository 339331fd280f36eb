import { breathe, type Job } from '../job';
import { type Matrix, matrix } from '../numeric/matrix';
import { forEachPairProducts } from './products';

/** All inner products between the rows of one matrix, [n × d] → [n × n], in single precision. */
export async function gramOf(rows: Matrix, job: Job): Promise<Matrix<Float64Array>> {
  const n = rows.rows;
  const data = new Float64Array(n * n);
  const both = (i: number, products: Float32Array) => {
    for (const [k, product] of products.entries()) {
      data[i * n + i + k] = product;
      data[(i + k) * n + i] = product;
    }
  };
  await forEachPairProducts(rows, both, () => breathe(job));
  return matrix(n, n, data);
}
