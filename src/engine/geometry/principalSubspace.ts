import { breathe, type Job } from '../job';
import { type Matrix, matrix, row, transposed } from '../numeric/matrix';
import { orthonormal } from './principalDirections';
import { crossProducts } from './products';

const ITERATIONS = 4;

/**
 * Orthonormal directions that span what the rows [n × d] vary in most, at most `count` and at most as many as the rows span:
 * subspace iteration on the rows' inner products, which is the quick way where n < d. The rows are centred already. The
 * directions are a basis, not themselves the principal components. G. Golub, C. Van Loan, "Matrix Computations", 4th
 * edition, sections 8.2.4 and 4.2.
 */
export async function principalSubspace(
  rows: Matrix<Float32Array>,
  count: number,
  job: Job,
): Promise<Matrix<Float32Array>> {
  const report = (done: number) =>
    job.report({ stage: 'Finding what the images vary in', done, total: ITERATIONS + 1, unit: 'steps' });
  report(0);
  const gram = await crossProducts(rows, rows);
  // rows far apart in order are as good a start as any, and the same each time
  const step = Math.max(1, Math.floor(rows.rows / count));
  const first = Array.from({ length: Math.min(count, rows.rows) }, (_, i) => row(gram, i * step));
  let basis = stackedRows(orthonormal(first), rows.rows);
  for (let iteration = 1; iteration <= ITERATIONS; iteration++) {
    report(iteration);
    await breathe(job);
    basis = stackedRows(orthonormal(rowsOf(await crossProducts(basis, gram))), rows.rows);
  }
  return orthonormalCombinations(basis, gram, rows);
}

/**
 * Of combinations b [k × n] of rows x [n × d], those of the same span that are orthonormal: L⁻¹ b x, where L Lᵀ are the inner
 * products of b x, b gram bᵀ.
 */
async function orthonormalCombinations(b: Matrix<Float32Array>, gram: Matrix<Float32Array>, x: Matrix<Float32Array>) {
  const products = await crossProducts(await crossProducts(b, gram), b);
  const { inverse, size } = inverseCholesky(products);
  const combinations = await crossProducts(matrix(size, size, inverse), transposed(topRows(b, size)));
  return crossProducts(combinations, transposed(x));
}

/** The inverse of the Cholesky factor of a [k × k]; ends before the first direction that the ones before hold already. */
function inverseCholesky({ rows: k, data }: Matrix): { readonly inverse: Float32Array; readonly size: number } {
  const factor = new Float64Array(k * k);
  let size = 0;
  for (; size < k; size++) {
    for (let j = 0; j <= size; j++) {
      let sum = data[size * k + j];
      for (let t = 0; t < j; t++) sum -= factor[size * k + t] * factor[j * k + t];
      if (j < size) factor[size * k + j] = sum / factor[j * k + j];
      else if (sum > 1e-9 * data[0]) factor[size * k + size] = Math.sqrt(sum);
    }
    if (factor[size * k + size] === 0) break;
  }
  const inverse = new Float32Array(size * size);
  for (let j = 0; j < size; j++) {
    const column = new Float64Array(size);
    for (let i = j; i < size; i++) {
      let sum = i === j ? 1 : 0;
      for (let t = j; t < i; t++) sum -= factor[i * k + t] * column[t];
      column[i] = sum / factor[i * k + i];
      inverse[i * size + j] = column[i];
    }
  }
  return { inverse, size };
}

const rowsOf = (m: Matrix<Float32Array>): Float32Array[] => Array.from({ length: m.rows }, (_, i) => row(m, i));

function stackedRows(rows: readonly ArrayLike<number>[], columns: number): Matrix<Float32Array> {
  const data = new Float32Array(rows.length * columns);
  for (const [i, values] of rows.entries()) data.set(values, i * columns);
  return matrix(rows.length, columns, data);
}

const topRows = (m: Matrix<Float32Array>, count: number): Matrix<Float32Array> =>
  matrix(count, m.columns, m.data.subarray(0, count * m.columns));
