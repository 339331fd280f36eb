import type { LabelEntry } from '../schema/labels';

/** One answer as it stands in a file. */
export interface Answer extends LabelEntry {
  readonly annotator: string;
  readonly image: string;
}

/** Annotators who gave different classes for one image; it is not trained on until they agree. */
export interface Conflict {
  readonly image: string;
  readonly answers: readonly { readonly annotator: string; readonly label: string }[];
}

/** The answers of all annotators, merged; images by id, in order of their ids. */
export interface MergedAnswers {
  /** Image → class, where all annotators who answered agree. */
  readonly labels: ReadonlyMap<string, string>;
  readonly conflicts: readonly Conflict[];
  /** Images that were skipped and that nobody labelled. */
  readonly skipped: ReadonlySet<string>;
  /** Images with any answer: labelled, in conflict, or skipped. */
  readonly answered: ReadonlySet<string>;
}

/** Every image with at least one label is in `labels` or in `conflicts`; a skip never outweighs a label. */
export function mergeAnswers(answers: readonly Answer[]): MergedAnswers {
  const byImage = new Map<string, Answer[]>();
  for (const answer of answers) {
    const group = byImage.get(answer.image);
    if (group) group.push(answer);
    else byImage.set(answer.image, [answer]);
  }
  const labels = new Map<string, string>();
  const conflicts: Conflict[] = [];
  const skipped = new Set<string>();
  for (const [image, all] of [...byImage].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const given = all.flatMap(({ annotator, label }) => (label === undefined ? [] : [{ annotator, label }]));
    const [label, ...others] = new Set(given.map((answer) => answer.label));
    if (label === undefined) skipped.add(image);
    else if (others.length === 0) labels.set(image, label);
    else conflicts.push({ image, answers: given });
  }
  return { labels, conflicts, skipped, answered: new Set(byImage.keys()) };
}
