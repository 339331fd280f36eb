/** One chosen centre and its squared distance to the nearest earlier one (Infinity for the first). */
export interface Centre {
  readonly index: number;
  readonly squaredDistance: number;
}

export interface SeedingRequest {
  /** How many points there are. */
  readonly count: number;
  /** How many centres to choose; at most `count`. */
  readonly k: number;
  /** The first centre. */
  readonly first: number;
  /** Lowers nearest[i] to the squared distance between i and the centre wherever that is smaller. */
  lower(centre: number, nearest: Float64Array): void;
  /** Numbers uniform in [0, 1), one for every centre after the first, none while all distances are 0. */
  uniform(): number;
  /** Awaited before every draw, with the number of centres so far. */
  step(done: number): Promise<void>;
}

/**
 * k-means++ seeding (D² sampling): every further centre is drawn with probability proportional to its squared distance
 * to the nearest centre so far, by inverting the cumulative distribution: the first point whose cumulative probability
 * reaches the uniform number. Never chooses a point twice; when all others coincide with centres, takes the lowest index.
 * D. Arthur, S. Vassilvitskii, "k-means++: the advantages of careful seeding", SODA 2007, section 2.2.
 */
export async function kMeansPlusPlus(request: SeedingRequest): Promise<Centre[]> {
  const { count, k, lower, uniform, step } = request;
  const nearest = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  const chosen = new Uint8Array(count);
  const centres: Centre[] = [];
  const choose = (index: number): void => {
    centres.push({ index, squaredDistance: nearest[index] });
    lower(index, nearest);
    chosen[index] = 1;
    nearest[index] = 0;
  };
  if (k > 0) choose(request.first);
  while (centres.length < k) {
    await step(centres.length);
    choose(drawCentre(nearest, chosen, uniform));
  }
  return centres;
}

/** A point not chosen yet, drawn by its squared distance; the lowest index, with no number drawn, where all are 0. */
export function drawCentre(nearest: Float64Array, chosen: Uint8Array, uniform: () => number): number {
  let total = 0;
  for (let i = 0; i < nearest.length; i++) if (!chosen[i]) total += nearest[i];
  if (total === 0) return chosen.indexOf(0);
  const target = total * uniform();
  let cumulative = 0;
  let last = -1;
  for (let i = 0; i < nearest.length; i++) {
    if (chosen[i] || nearest[i] === 0) continue;
    cumulative += nearest[i];
    last = i;
    if (cumulative >= target) break;
  }
  return last; // also where rounding leaves the sum a little short of the target
}
