/**
 * A smooth function to be minimised: writes its gradient at x into `gradient` and gives its value. Asynchronous, so that
 * it can let messages through and stop.
 */
export type SmoothFunction = (x: Float64Array, gradient: Float64Array) => Promise<number>;

export interface MinimiseOptions {
  /** Stop when no gradient component is larger than this. */
  readonly tolerance: number;
  readonly maxIterations: number;
  /** How many past steps shape the curvature estimate. */
  readonly history?: number;
  /**
   * Multiplies a gradient, in place, by a guess at the inverse of the second derivatives, the same in all iterations: the
   * closer, the fewer iterations. Absent: a multiple of the identity, from the last step.
   */
  readonly precondition?: (gradient: Float64Array) => void;
  /** Called after each iteration. */
  readonly onIteration?: (iteration: number, value: number) => void;
}

export interface Minimum {
  readonly x: Float64Array;
  readonly value: number;
  readonly iterations: number;
  /** Whether the gradient met the tolerance. */
  readonly converged: boolean;
}

interface Step {
  readonly s: Float64Array;
  readonly y: Float64Array;
  readonly rho: number;
}

/**
 * Limited-memory BFGS (Nocedal and Wright, Numerical Optimization, 2nd ed., algorithms 7.4 and 7.5) with the weak-Wolfe
 * bisection line search of Lewis and Overton (Math. Program. 141, 2013), which keeps every curvature pair positive.
 * Deterministic. `start` is not changed.
 */
export async function minimise(f: SmoothFunction, start: Float64Array, options: MinimiseOptions): Promise<Minimum> {
  const { tolerance, maxIterations, history = 10, precondition, onIteration } = options;
  const size = start.length;
  let x: Float64Array = start.slice();
  let gradient: Float64Array = new Float64Array(size);
  let value = await f(x, gradient);
  let nextX: Float64Array = new Float64Array(size);
  let nextGradient: Float64Array = new Float64Array(size);
  const direction = new Float64Array(size);
  const steps: Step[] = [];
  let iterations = 0;

  while (maxAbs(gradient) > tolerance && iterations < maxIterations) {
    descentDirection(gradient, steps, direction, precondition);
    let slope = dot(gradient, direction);
    if (!(slope < 0)) {
      steps.length = 0;
      descentDirection(gradient, steps, direction, precondition);
      slope = dot(gradient, direction);
    }
    const found = await lineSearch(f, { x, value, slope, direction }, nextX, nextGradient);
    if (found === undefined) {
      // Rounding hides further descent along a direction shaped by old steps: try the bare gradient once.
      if (steps.length === 0) break;
      steps.length = 0;
      continue;
    }
    const s = nextX.map((v, i) => v - x[i]);
    const y = nextGradient.map((v, i) => v - gradient[i]);
    const curvature = dot(s, y);
    if (curvature > Number.EPSILON * dot(y, y)) {
      steps.push({ s, y, rho: 1 / curvature });
      if (steps.length > history) steps.shift();
    }
    [x, nextX] = [nextX, x];
    [gradient, nextGradient] = [nextGradient, gradient];
    value = found;
    iterations++;
    onIteration?.(iterations, value);
  }
  return { x, value, iterations, converged: maxAbs(gradient) <= tolerance };
}

/** direction = −H·gradient by the two-loop recursion; without past steps or a guess, the gradient shortened to at most length 1. */
function descentDirection(
  gradient: Float64Array,
  steps: readonly Step[],
  direction: Float64Array,
  precondition: MinimiseOptions['precondition'],
): void {
  direction.set(gradient);
  const alphas = new Float64Array(steps.length);
  for (let k = steps.length - 1; k >= 0; k--) {
    const { s, y, rho } = steps[k];
    alphas[k] = rho * dot(s, direction);
    addScaled(direction, -alphas[k], y);
  }
  if (precondition) precondition(direction);
  else {
    const last = steps.at(-1);
    const scale = last ? 1 / (last.rho * dot(last.y, last.y)) : Math.min(1, 1 / Math.sqrt(dot(gradient, gradient)));
    for (let i = 0; i < direction.length; i++) direction[i] *= scale;
  }
  for (let k = 0; k < steps.length; k++) {
    const { s, y, rho } = steps[k];
    addScaled(direction, alphas[k] - rho * dot(y, direction), s);
  }
  for (let i = 0; i < direction.length; i++) direction[i] = -direction[i];
}

const SUFFICIENT_DECREASE = 1e-4;
const SUFFICIENT_CURVATURE = 0.9;
const MAX_TRIALS = 40;

/** Where a line search begins, and where it goes. */
interface Ray {
  readonly x: Float64Array;
  readonly value: number;
  readonly direction: Float64Array;
  /** Of the function along the direction; below 0. */
  readonly slope: number;
}

/**
 * Leaves the accepted point and its gradient in `nextX` and `nextGradient` and gives its value, or undefined when no
 * step length lowers the function.
 */
async function lineSearch(
  f: SmoothFunction,
  { x, value, direction, slope }: Ray,
  nextX: Float64Array,
  nextGradient: Float64Array,
): Promise<number | undefined> {
  // Near the optimum the decrease is smaller than the rounding of the value itself.
  const rounding = 4 * Number.EPSILON * Math.max(1, Math.abs(value));
  let low = 0;
  let high = Number.POSITIVE_INFINITY;
  let length = 1;
  for (let trial = 0; trial < MAX_TRIALS; trial++) {
    for (let i = 0; i < x.length; i++) nextX[i] = x[i] + length * direction[i];
    const next = await f(nextX, nextGradient);
    if (!(next <= value + SUFFICIENT_DECREASE * length * slope + rounding)) high = length;
    else if (dot(nextGradient, direction) < SUFFICIENT_CURVATURE * slope) low = length;
    else return next;
    length = high === Number.POSITIVE_INFINITY ? 2 * low : (low + high) / 2;
  }
  return undefined;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function addScaled(target: Float64Array, scale: number, source: Float64Array): void {
  for (let i = 0; i < target.length; i++) target[i] += scale * source[i];
}

function maxAbs(a: Float64Array): number {
  let max = 0;
  for (let i = 0; i < a.length; i++) max = Math.max(max, Math.abs(a[i]));
  return max;
}
