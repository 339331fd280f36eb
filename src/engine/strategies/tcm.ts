import type { ListedStrategy } from './define';
import { hybridOf } from './hybrid';
import { margin } from './margin';
import { typiclust } from './typiclust';

const LABELS_PER_CLASS = 5;

/**
 * TCM: TypiClust while there are fewer than five labels per class, then margin. The paper's own rule for the moment of the
 * change was not at hand; five a class is a guess between its low and its high budgets.
 * P. Doucet, B. Estermann, T. Aczel, R. Wattenhofer, "Bridging diversity and uncertainty in active learning with
 * self-supervised pre-training", ICLR 2024 workshop.
 */
export const tcm: ListedStrategy = {
  ...hybridOf({
    name: 'tcm',
    title: 'TCM',
    early: typiclust,
    until: (classCount) => LABELS_PER_CLASS * classCount,
    late: margin,
  }),
  hint: 'typical images first, then undecided ones',
  about: 'typical images until there are five labels per class, then those between two classes',
  source: 'after Doucet et al. 2024',
};
