/** Ways to train a classifier. */
export const learnerNames = ['probe', 'finetune', 'semiFinetune', 'paper'] as const;
export type LearnerName = (typeof learnerNames)[number];

/** A way to train, or the rule that chooses between them by the number of labels. */
export const learnerChoices = [...learnerNames, 'auto'] as const;
export type LearnerChoice = (typeof learnerChoices)[number];
