// Written by `npm run manifest` from the engine's registry of strategies.

/** What people read instead of the names in files, in the order in which strategies are offered; it decides their colours. */
export const strategyTitles: Readonly<Record<string, string>> = {
  uncertaintyHerding: 'Uncertainty Herding',
  typiclust: 'TypiClust',
  probcover: 'ProbCover',
  maxHerding: 'MaxHerding',
  dropQuery: 'DropQuery',
  kMeans: 'k-means',
  tcm: 'TCM',
  random: 'Random',
  entropy: 'Entropy',
  margin: 'Margin',
  leastConfidence: 'Least confidence',
  badge: 'BADGE',
  glister: 'GLISTER',
  coreset: 'Core-set',
  bald: 'BALD',
  adversarialDeepFool: 'Adversarial DeepFool',
  classBalancedRandom: 'Class-balanced random',
};
