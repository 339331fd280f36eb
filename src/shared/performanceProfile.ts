import { mean } from './statistics';

export interface PerformanceProfile {
  /** Factors, from 1 on, ascending. */
  readonly taus: readonly number[];
  /** shares[method][t]: share of the problems in which the method's cost is at most taus[t] times the best one. */
  readonly shares: readonly (readonly number[])[];
  /** Mean height of each method's profile over the taus: 1 is best. */
  readonly area: readonly number[];
}

/** Ratios that differ by less are the same number but for rounding: 0.14 / 0.1 is above 1.4. */
const ROUNDING = 1e-9;

/**
 * Ratios r = cost / best cost of the problem (Dolan & Moré, "Benchmarking optimization software with performance
 * profiles", Math. Program. 91, 2002). A best cost of 0 leaves 1 for whoever has it and ∞ for the others.
 * @param costs [problem][method], none below 0, smaller is better.
 */
export function ratiosToBest(costs: readonly (readonly number[])[]): number[][] {
  return costs.map((row) => {
    const best = Math.min(...row);
    return row.map((cost) => (cost === best ? 1 : cost / best));
  });
}

/** Performance profile over an even grid of factors from 1 to the largest finite ratio (at least 1.01). Null without problems. */
export function performanceProfile(costs: readonly (readonly number[])[], steps = 50): PerformanceProfile | null {
  const [first] = costs;
  if (!first) return null;
  const ratios = ratiosToBest(costs);
  const largest = Math.max(1, ...ratios.flat().filter(Number.isFinite));
  // up to the next hundredth, so that the last step holds every finite ratio and the factors are short
  const end = Math.max(1.01, Math.ceil(largest * 100) / 100);
  const taus = Array.from({ length: steps + 1 }, (_, i) => Number((1 + ((end - 1) * i) / steps).toFixed(6)));
  const shares = first.map((_, method) =>
    taus.map((tau) => ratios.filter((row) => row[method]! <= tau + ROUNDING).length / ratios.length),
  );
  return { taus, shares, area: shares.map((heights) => mean(heights) ?? 0) };
}
