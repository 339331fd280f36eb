import { describe, expect, it } from 'vitest';
import { readableStrategy, strategyPlace } from '../../../src/shared/strategyName';
import { strategyTitles } from '../../../src/shared/strategyTitles';

describe("a strategy's name", () => {
  it.each([
    ['tcm', 'TCM'],
    ['kMeans', 'k-means'],
    ['maxHerding-until-35-then-margin', 'MaxHerding until 35, then Margin'],
    ['typiclust-until-35-then-tcm-until-70-then-margin', 'TypiClust until 35, then TCM until 70, then Margin'],
    ['constructor', 'constructor'],
    ['', ''],
  ])('%s is read as %s', (name, title) => expect(readableStrategy(name)).toBe(title));

  it('has a place of its own for each strategy but random, and that of the first part for a hybrid', () => {
    const names = Object.keys(strategyTitles);
    const places = names.map(strategyPlace);
    expect(places.filter((place) => place === null)).toHaveLength(1);
    expect(strategyPlace('random')).toBeNull();
    expect(new Set(places).size).toBe(names.length);
    expect(strategyPlace('tcm-until-35-then-margin')).toBe(strategyPlace('tcm'));
    expect(strategyPlace('unheard of')).toBeNull();
  });
});
