import { type Matrix, takeRows } from '../numeric/matrix';
import { unitSquaredLengths } from '../numeric/vectors';
import { forEachPairProducts, forEachProductRow } from './products';
import type { Regions } from './regions';

type AfterBlock = (rowsDone: number) => Promise<void>;

/**
 * ‖query − point‖² between vectors of length 1 (or 0), row by row in blocks: `visit(i, squared)` gets those of query i to
 * all points, in the single precision of the products they come from; `squared` is only valid during the call.
 */
export async function forEachSquaredDistances(
  queries: Matrix<Float32Array>,
  points: Matrix<Float32Array>,
  visit: (i: number, squared: Float32Array) => void,
  afterBlock: AfterBlock,
): Promise<void> {
  const lengths = unitSquaredLengths(points);
  const queryLengths = queries === points ? lengths : unitSquaredLengths(queries);
  const convert = (i: number, products: Float32Array): void =>
    visit(i, toSquaredDistances(products, queryLengths[i], lengths));
  await forEachProductRow(queries, points, convert, afterBlock);
}

/** The same between points, each pair once: `visit(i, squared)` gets those of point i to the points i, i + 1, … n − 1. */
export async function forEachPairOfPoints(
  points: Matrix<Float32Array>,
  visit: (i: number, squared: Float32Array) => void,
  afterBlock: AfterBlock,
): Promise<void> {
  const lengths = unitSquaredLengths(points);
  const convert = (i: number, products: Float32Array): void =>
    visit(i, toSquaredDistances(products, lengths[i], lengths.subarray(i)));
  await forEachPairProducts(points, convert, afterBlock);
}

/** In place: a vector's inner products with others become its squared distances to them, by everyone's squared length. */
function toSquaredDistances(products: Float32Array, own: number, lengths: Float64Array): Float32Array {
  for (let j = 0; j < products.length; j++) products[j] = Math.max(0, own + lengths[j] - 2 * products[j]);
  return products;
}

const NEIGHBOUR_MEMORY = 256 * 2 ** 20; // bytes
const OVERHEAD = 128; // bytes of a ball beside its indices

/**
 * The ball around each of some points: the points of all that are nearer than the radius, and the point itself. Kept in
 * memory once found, as long as all balls together fit; otherwise found again when asked for, so that memory stays bounded.
 * With regions, points outside the centre's region are not looked at.
 */
export class Balls {
  private kept: (Int32Array | undefined)[] = [];
  private bytes = 0;

  constructor(
    private readonly points: Matrix<Float32Array>,
    private readonly radius: number,
    private readonly memory = NEIGHBOUR_MEMORY,
    private readonly regions?: Regions,
  ) {}

  /** Visits the balls around the given points, as ascending indices, in some order. */
  async forEach(
    centres: readonly number[],
    visit: (centre: number, ball: Int32Array) => void,
    afterBlock: AfterBlock,
  ): Promise<void> {
    const missing: number[] = [];
    for (const centre of centres) {
      const ball = this.kept[centre];
      if (ball === undefined) missing.push(centre);
      else visit(centre, ball);
    }
    if (missing.length === 0) return afterBlock(centres.length);
    const found = (centre: number, ball: Int32Array): void => {
      this.keep(centre, ball);
      visit(centre, ball);
    };
    const { regions } = this;
    if (regions === undefined) return this.find(missing, undefined, found, afterBlock);
    let done = centres.length - missing.length;
    for (const [group, list] of byGroup(missing, regions.groupOf)) {
      await this.find(list, regions.around(group), found, (some) => afterBlock(done + some));
      done += list.length;
    }
  }

  /** Finds the balls around some points among the points of a region (ascending), or among all. */
  private async find(
    centres: readonly number[],
    region: Int32Array | undefined,
    visit: (centre: number, ball: Int32Array) => void,
    afterBlock: AfterBlock,
  ): Promise<void> {
    const { points } = this;
    const limit = this.radius ** 2;
    const inside = new Int32Array(region?.length ?? points.rows);
    const own = region === undefined ? centres : centres.map((centre) => region.indexOf(centre));
    const visitRow = (i: number, squared: Float32Array): void => {
      const centre = own[i];
      let count = 0;
      for (let j = 0; j < squared.length; j++) if (squared[j] < limit || j === centre) inside[count++] = j;
      if (region !== undefined) for (let t = 0; t < count; t++) inside[t] = region[inside[t]];
      visit(centres[i], inside.subarray(0, count));
    };
    const queries = centres.length === points.rows ? points : takeRows(points, centres);
    const among = region === undefined ? points : takeRows(points, region);
    await forEachSquaredDistances(queries, among, visitRow, afterBlock);
  }

  private keep(centre: number, ball: Int32Array): void {
    const bytes = ball.byteLength + OVERHEAD;
    if (this.bytes + bytes > this.memory) return;
    this.bytes += bytes;
    this.kept[centre] = ball.slice();
  }
}

function byGroup(points: readonly number[], groupOf: Int32Array): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  for (const i of points) {
    const list = groups.get(groupOf[i]);
    if (list === undefined) groups.set(groupOf[i], [i]);
    else list.push(i);
  }
  return groups;
}
