import { hybridOf } from './hybrid';
import type { Strategy } from './strategy';

const LABELS_PER_CLASS = 5;

/**
 * TCM: TypiClust while there are fewer than five labels a class, then margin. The paper's own rule for the moment of the
 * change was not at hand; five a class is a guess between its low and its high budgets.
 * P. Doucet, B. Estermann, T. Aczel, R. Wattenhofer, "Bridging diversity and uncertainty in active learning with
 * self-supervised pre-training", ICLR 2024 workshop.
 */
export const tcmOf = (typiclust: Strategy, margin: Strategy): Strategy =>
  hybridOf({
    name: 'tcm',
    title: 'TCM',
    summary: 'Asks about typical images until there are five labels a class, and from then on like Margin.',
    until: (classCount) => LABELS_PER_CLASS * classCount,
    ...{ early: typiclust, late: margin },
  });
