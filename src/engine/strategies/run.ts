import { usageError } from '../errors';
import { type Job, throwIfCancelled } from '../job';
import type { Random } from '../numeric/random';
import { checkContext } from './contextCheck';
import { labelledCount, type Pick, type SelectionContext, type Strategy, stageOf } from './strategy';

/**
 * Runs a strategy: the one way in, for rounds, benchmarks and arrays of the user's own. Checks what goes in (input and
 * usage errors) and what comes out (anything wrong there is a defect of the strategy). Options are parsed here, so they
 * may come as the user gave them. Picks all of the pool where k is larger, and nothing from an empty one.
 */
export async function runStrategy(
  strategy: Strategy,
  context: SelectionContext,
  k: number,
  random: Random,
  job: Job,
): Promise<Pick[]> {
  if (!Number.isInteger(k) || k < 1)
    throw usageError(`The number of images to pick must be a whole number from 1 on, not ${k}.`);
  const options = strategy.parseOptions(context.options);
  throwIfCancelled(job);
  if (context.poolSize === 0) return [];
  checkContext(stageOf(strategy, labelledCount(context), context.classCount, options).strategy, context);
  const expected = Math.min(k, context.poolSize);
  const picks = await strategy.select({ ...context, options }, expected, random, job);
  throwIfCancelled(job);
  checkPicks(strategy.name, picks, expected, context.poolSize);
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
