import { usageError } from '../errors';
import { adversarialDeepFool } from './adversarialDeepFool';
import { badge } from './badge';
import { bald } from './bald';
import { classBalancedRandom } from './classBalancedRandom';
import { coreset } from './coreset';
import type { ListedStrategy, Strategy } from './define';
import { dropQuery } from './dropQuery';
import { entropy } from './entropy';
import { glister } from './glister';
import { type HybridDescription, hybridFrom } from './hybrid';
import { kMeans } from './kMeans';
import { leastConfidence } from './leastConfidence';
import { margin } from './margin';
import { maxHerding } from './maxHerding';
import { probcover } from './probcover';
import { random } from './random';
import { tcm } from './tcm';
import { typiclust } from './typiclust';
import { uncertaintyHerding } from './uncertaintyHerding';

const ofThePaper = [random, entropy, margin, leastConfidence, badge, glister, coreset, bald, adversarialDeepFool];
const againstColdStart = [typiclust, probcover, maxHerding, uncertaintyHerding, dropQuery, kMeans, tcm];
const listed: readonly ListedStrategy[] = [...ofThePaper, ...againstColdStart, classBalancedRandom];

/** All strategies by name, in the order in which they are listed to people. A new one is added here, and only here. */
export const strategies: ReadonlyMap<string, ListedStrategy> = new Map(
  listed.map((strategy) => [strategy.name, strategy]),
);

/** The strategy for people who have no wish of their own; why this one stands in docs/results.md. */
const preferred = uncertaintyHerding;
export const DEFAULT_STRATEGY = preferred.name;

/** In the order in which the editor offers them: the default, those that work without labels, the others. */
export const offered: readonly ListedStrategy[] = [...new Set([preferred, ...againstColdStart, ...listed])];

/** The strategy of that name, or the hybrid that is described; throws a usage error that lists the known names. */
export function strategyNamed(name: string | HybridDescription): Strategy {
  if (typeof name === 'string') {
    const strategy = strategies.get(name);
    if (strategy !== undefined) return strategy;
  }
  const hybrid = hybridFrom(name, strategyNamed);
  if (hybrid !== undefined) return hybrid;
  throw usageError(`There is no strategy "${name}"; known are ${[...strategies.keys()].join(', ')}.`);
}
