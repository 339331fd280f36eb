import { usageError } from '../errors';
import { badge } from './badge';
import { coreset } from './coreset';
import { entropy } from './entropy';
import { glister } from './glister';
import { leastConfidence } from './leastConfidence';
import { margin } from './margin';
import { maxHerding } from './maxHerding';
import { random } from './random';
import type { Strategy } from './strategy';
import { uncertaintyHerding } from './uncertaintyHerding';

/** All strategies by name, in the order in which they are listed to people. A new one is added here, and only here. */
export const strategies: ReadonlyMap<string, Strategy> = new Map(
  [random, entropy, margin, leastConfidence, badge, glister, coreset, maxHerding, uncertaintyHerding].map(
    (strategy) => [strategy.name, strategy],
  ),
);

/** The strategy for people who have no wish of their own. */
export const DEFAULT_STRATEGY = 'maxHerding';

/** The strategy of that name; throws a usage error that lists the known ones. */
export function strategyNamed(name: string): Strategy {
  const strategy = strategies.get(name);
  if (strategy === undefined)
    throw usageError(`There is no strategy "${name}"; known are ${[...strategies.keys()].join(', ')}.`);
  return strategy;
}
