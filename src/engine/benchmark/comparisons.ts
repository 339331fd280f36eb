import { type FeatureName, featureFields, featuresOf } from '../../shared/features';
import { pairwisePenalty } from '../../shared/pairwisePenalty';
import { performanceProfile } from '../../shared/performanceProfile';
import type { BenchmarkCell, BenchmarkProtocol, Comparison } from '../../shared/schema/report';

/** The budgets at which strategies can differ: not the initial set that all of them share. */
function comparedBudgets({ budgets, first }: Pick<BenchmarkProtocol, 'budgets' | 'first'>): number[] {
  return first === 'random' ? budgets.slice(1) : [...budgets];
}

/** How the strategies stand to each other on one kind of features, by accuracy. */
export function compareStrategies(
  protocol: BenchmarkProtocol,
  all: readonly BenchmarkCell[],
  features: FeatureName,
): Comparison {
  const { strategies, seeds } = protocol;
  const budgets = comparedBudgets(protocol);
  const accuracies = strategies.map((strategy) => {
    const cells = all.filter((cell) => cell.strategy === strategy && featuresOf(cell) === features);
    return budgets.map((labelled): ReadonlyMap<number, number> => {
      const measured = cells.flatMap(({ seed, points }) =>
        points.filter((point) => point.labelled === labelled).map((point) => [seed, point.accuracy] as const),
      );
      return new Map(measured);
    });
  });
  const errors = budgets.flatMap((_, b) =>
    seeds.flatMap((seed) => {
      const row = accuracies.flatMap((settings) => {
        const accuracy = settings[b].get(seed);
        return accuracy === undefined ? [] : [1 - accuracy];
      });
      return row.length === strategies.length ? [row] : [];
    }),
  );
  const profile = performanceProfile(errors);
  const { wins, penalty } = pairwisePenalty(accuracies);
  return {
    ...featureFields(features),
    strategies,
    budgets,
    penalty: { wins: wins.map((row) => [...row]), penalty: [...penalty] },
    profile: profile && {
      problems: errors.length,
      taus: [...profile.taus],
      shares: profile.shares.map((heights) => [...heights]),
      area: [...profile.area],
    },
  };
}
