// Written by `npm run manifest` from the engine's registry of strategies.
import { l10n } from 'vscode';

/** Query strategies as people choose among them. */
export interface StrategyChoice {
  /** As files and the engine name it. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
}

/** Taken by people who have no wish of their own. */
export const DEFAULT_STRATEGY = 'uncertaintyHerding';

/** In the order in which they are offered. */
export const strategyChoices = (): readonly StrategyChoice[] => [
  {
    name: 'uncertaintyHerding',
    title: l10n.t('Uncertainty Herding'),
    description: l10n.t('covers what the model is unsure of'),
  },
  { name: 'typiclust', title: l10n.t('TypiClust'), description: l10n.t('the most typical image of each group') },
  { name: 'probcover', title: l10n.t('ProbCover'), description: l10n.t('the most look-alikes not covered yet') },
  { name: 'maxHerding', title: l10n.t('MaxHerding'), description: l10n.t('covers the dense regions; needs no labels') },
  {
    name: 'dropQuery',
    title: l10n.t('DropQuery'),
    description: l10n.t('guesses that change when features are hidden'),
  },
  { name: 'kMeans', title: l10n.t('k-means'), description: l10n.t('the middle of each group of similar images') },
  { name: 'tcm', title: l10n.t('TCM'), description: l10n.t('typical images first, then undecided ones') },
  { name: 'random', title: l10n.t('Random'), description: l10n.t('the baseline') },
  { name: 'entropy', title: l10n.t('Entropy'), description: l10n.t('the least decided over all classes') },
  { name: 'margin', title: l10n.t('Margin'), description: l10n.t('undecided between two classes') },
  {
    name: 'leastConfidence',
    title: l10n.t('Least confidence'),
    description: l10n.t('the lowest probability of the likeliest class'),
  },
  { name: 'badge', title: l10n.t('BADGE'), description: l10n.t('uncertain and diverse') },
  { name: 'glister', title: l10n.t('GLISTER'), description: l10n.t('picks what should lower the loss most') },
  { name: 'coreset', title: l10n.t('Core-set'), description: l10n.t('far from everything labelled') },
  { name: 'bald', title: l10n.t('BALD'), description: l10n.t('the model contradicts itself under dropout') },
  {
    name: 'adversarialDeepFool',
    title: l10n.t('Adversarial DeepFool'),
    description: l10n.t('picks what the smallest change turns into another class; takes minutes'),
  },
  {
    name: 'classBalancedRandom',
    title: l10n.t('Class-balanced random'),
    description: l10n.t('by chance, evenly over predicted classes'),
  },
];
