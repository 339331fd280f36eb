import { l10n } from 'vscode';

/** Query strategies as people choose among them. */
export interface StrategyChoice {
  /** As files and the engine name it. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
}

/** In the order in which they are offered; a test compares them with the engine's and with package.json. */
export const strategyChoices = (): readonly StrategyChoice[] => [
  {
    name: 'maxHerding',
    title: 'MaxHerding',
    description: l10n.t('covers the dense regions; good from the first label'),
  },
  { name: 'random', title: l10n.t('Random'), description: l10n.t('the baseline') },
  { name: 'entropy', title: l10n.t('Entropy'), description: l10n.t('the least decided over all classes') },
  { name: 'margin', title: l10n.t('Margin'), description: l10n.t('undecided between two classes') },
  {
    name: 'leastConfidence',
    title: l10n.t('Least confidence'),
    description: l10n.t('the lowest probability of the likeliest class'),
  },
  { name: 'coreset', title: l10n.t('Core-set'), description: l10n.t('far from everything labelled') },
  { name: 'badge', title: 'BADGE', description: l10n.t('uncertain and diverse') },
];
