import type { Centre } from './kMeansSeeding';

const BLOCK = 1024; // weights whose sum is kept
const MOST_UNSEEN = 64; // centres after which all points are brought up to date
const PATIENCE = 4; // draws in vain, for each centre that the others have not seen, after which they are

type Step = (done: number) => Promise<void>;

export interface RejectionRequest {
  /** How many points there are. */
  readonly count: number;
  /** How many centres to choose; at most `count`. */
  readonly k: number;
  /** The first centre. */
  readonly first: number;
  /** Lowers nearest[i] to the least squared distance between i and the centres wherever that is smaller. */
  lowerToAll(centres: readonly number[], nearest: Float64Array, step: Step): Promise<void>;
  /** The same for a single point: the least of its squared distances to the centres and the limit. */
  leastTo(i: number, centres: readonly number[], limit: number): number;
  /** Numbers uniform in [0, 1). */
  uniform(): number;
  /** Awaited before every draw, with the number of centres so far. */
  step: Step;
}

/**
 * k-means++ seeding as `kMeansPlusPlus` does it, by the same distribution with other random numbers, where points are so many
 * that each is not to be looked at for each centre. What a point's distance was some centres ago is a bound from
 * above: a point drawn by these bounds is taken with the probability of its distance / its bound, so that each
 * is taken in proportion to its distance, exactly. Now and then all points are brought up to date with many centres at once.
 * L. Devroye, "Non-Uniform Random Variate Generation", 1986, section II.3 (rejection).
 */
export async function seedByRejection(request: RejectionRequest): Promise<Centre[]> {
  const { count, k, uniform, step } = request;
  const nearest = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  const centres: Centre[] = [];
  let unseen: number[] = []; // centres that the bounds know nothing of
  const choose = (index: number): void => {
    centres.push({ index, squaredDistance: nearest[index] });
    unseen.push(index);
    nearest[index] = 0;
  };
  if (k === 0) return centres;
  choose(request.first);
  const weights = new Weights(nearest);
  const chosen = new Uint8Array(count).fill(1, request.first, request.first + 1);
  for (let inVain = Number.POSITIVE_INFINITY; centres.length < k; ) {
    await step(centres.length);
    const isStale = unseen.length >= Math.min(MOST_UNSEEN, centres.length) || inVain > PATIENCE * unseen.length;
    if (unseen.length > 0 && isStale) {
      await request.lowerToAll(unseen, nearest, () => step(centres.length));
      weights.addUp();
      unseen = [];
      inVain = 0;
    }
    const drawn = weights.draw(uniform);
    const index = drawn ?? chosen.indexOf(0);
    const bound = nearest[index];
    nearest[index] = request.leastTo(index, unseen, bound);
    const isTaken = drawn === undefined || uniform() * bound < nearest[index];
    if (isTaken) {
      choose(index);
      chosen[index] = 1;
    } else inVain++;
    weights.changed(index);
  }
  return centres;
}

/** Numbers from 0 on, of which one is drawn in proportion to its size. */
class Weights {
  private readonly sums: Float64Array;

  constructor(private readonly values: Float64Array) {
    this.sums = new Float64Array(Math.ceil(values.length / BLOCK));
  }

  addUp(): void {
    for (let i = 0; i < this.values.length; i += BLOCK) this.changed(i);
  }

  changed(i: number): void {
    const block = Math.floor(i / BLOCK);
    const end = Math.min(this.values.length, (block + 1) * BLOCK);
    let sum = 0;
    for (let j = block * BLOCK; j < end; j++) sum += this.values[j];
    this.sums[block] = sum;
  }

  /** Undefined, with no number drawn, where all are 0. */
  draw(uniform: () => number): number | undefined {
    const { sums, values } = this;
    const total = sums.reduce((sum, value) => sum + value, 0);
    if (total === 0) return undefined;
    let left = total * uniform();
    const block = reaches(sums, 0, sums.length, left);
    for (let b = 0; b < block; b++) left -= sums[b];
    return reaches(values, block * BLOCK, Math.min(values.length, (block + 1) * BLOCK), left);
  }
}

/** The first of the values from … to − 1 with which their sum reaches the target; one above 0, of which there must be one. */
function reaches(values: Float64Array, from: number, to: number, target: number): number {
  let sum = 0;
  let last = from;
  for (let i = from; i < to; i++) {
    if (values[i] === 0) continue;
    sum += values[i];
    last = i;
    if (sum >= target) break;
  }
  return last; // also where rounding leaves the sum a little short of the target
}
