import { usageError } from '../errors';
import { type Job, throwIfCancelled } from '../job';
import type { Random } from '../numeric/random';
import type { SelectionContext } from './context';
import type { Pick, QueryRule } from './define';

/**
 * Runs a strategy: the one way in, for rounds, benchmarks and arrays of the user's own. The rule checks what goes in (input
 * errors), this what comes out (anything wrong there is a defect of the strategy). Picks all of the pool where k is larger,
 * and nothing from an empty one.
 */
export async function runStrategy(
  rule: QueryRule,
  context: SelectionContext,
  k: number,
  random: Random,
  job: Job,
): Promise<Pick[]> {
  if (!Number.isInteger(k) || k < 1)
    throw usageError(`The number of images to pick must be a whole number from 1 on, not ${k}.`);
  throwIfCancelled(job);
  if (context.poolSize === 0) return [];
  const expected = Math.min(k, context.poolSize);
  const picks = await rule.select(context, expected, random, job);
  throwIfCancelled(job);
  checkPicks(rule.name, picks, expected, context.poolSize);
  return picks;
}

function checkPicks(strategy: string, picks: readonly Pick[], expected: number, poolSize: number): void {
  const broken = (what: string): Error => new Error(`The strategy ${strategy} broke its contract: ${what}.`);
  if (picks.length !== expected) throw broken(`${picks.length} picks instead of ${expected}`);
  const seen = new Set<number>();
  for (const { index, score } of picks) {
    if (!Number.isInteger(index) || index < 0 || index >= poolSize) throw broken(`it picked ${index} of ${poolSize}`);
    if (seen.has(index)) throw broken(`it picked ${index} twice`);
    if (!Number.isFinite(score)) throw broken(`image ${index} has the score ${score}`);
    seen.add(index);
  }
}
