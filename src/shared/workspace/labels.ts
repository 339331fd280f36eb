import { type LabelEntry, REVIEWED } from '../schema/labels';

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
  /** Of these the images whose label is a reviewed prediction, of everybody who gave it. */
  readonly reviewed: ReadonlySet<string>;
  readonly conflicts: readonly Conflict[];
  /** Images that were skipped and that nobody labelled. */
  readonly skipped: ReadonlySet<string>;
  /** Images with any answer: labelled, in conflict, or skipped. */
  readonly answered: ReadonlySet<string>;
}

/** Of the names in the folder of label files the annotators, sorted. */
export const annotatorsOf = (names: readonly string[]): string[] =>
  names
    .filter((name) => name.endsWith('.json') && !name.startsWith('.'))
    .map((name) => name.slice(0, -'.json'.length))
    .sort();

type Given = Pick<Answer, 'annotator' | 'label'>;

/**
 * What the answers to one image come to: the label on which all agree who gave one, null where they differ, undefined
 * where there are only skips. A skip never outweighs a label.
 */
function agreedLabel(answers: readonly Given[]): string | null | undefined {
  let agreed: string | undefined;
  for (const { label } of answers) {
    if (label === undefined || label === agreed) continue;
    if (agreed !== undefined) return null;
    agreed = label;
  }
  return agreed;
}

/** Every image with at least one label is in `labels` or in `conflicts`. */
export function mergeAnswers(answers: readonly Answer[]): MergedAnswers {
  const byImage = new Map<string, Answer[]>();
  for (const answer of answers) {
    const group = byImage.get(answer.image);
    if (group) group.push(answer);
    else byImage.set(answer.image, [answer]);
  }
  const labels = new Map<string, string>();
  const reviewed = new Set<string>();
  const conflicts: Conflict[] = [];
  const skipped = new Set<string>();
  for (const [image, all] of [...byImage].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const agreed = agreedLabel(all);
    if (agreed === undefined) skipped.add(image);
    else if (agreed !== null) {
      labels.set(image, agreed);
      if (all.every(({ label, source }) => label === undefined || source === REVIEWED)) reviewed.add(image);
    } else {
      const given = all.flatMap(({ annotator, label }) => (label === undefined ? [] : [{ annotator, label }]));
      conflicts.push({ image, answers: given });
    }
  }
  return { labels, reviewed, conflicts, skipped, answered: new Set(byImage.keys()) };
}

/**
 * The same, kept up while answers come one by one or one annotator's file is read again: what a change costs depends on the
 * change, not on how many answers there are.
 */
export class AnswersSoFar {
  private readonly byAnnotator = new Map<string, Map<string, LabelEntry>>();
  /** By image, sorted by annotator. */
  private readonly byImage = new Map<string, readonly Given[]>();
  /** What an annotator's answers were last replaced by; gone when they have changed since. */
  private readonly sources = new Map<string, ReadonlyMap<string, LabelEntry>>();
  private agreed = 0;

  /** Images with a label on which all annotators agree. */
  get labelled(): number {
    return this.agreed;
  }

  get annotators(): string[] {
    return [...this.byAnnotator.keys()];
  }

  /** One annotator's answers by image, as they are at the time of looking. */
  by(annotator: string): ReadonlyMap<string, LabelEntry> {
    return this.byAnnotator.get(annotator) ?? NO_ANSWERS;
  }

  /** Images that anybody answered. */
  get answered(): IterableIterator<string> {
    return this.byImage.keys();
  }

  /** Who answered an image and with what, by annotator. */
  to(image: string): readonly Given[] {
    return this.byImage.get(image) ?? [];
  }

  /** Takes over one annotator's answers as a whole; an empty map takes them all away. Tells whether anything has changed. */
  replace(annotator: string, entries: ReadonlyMap<string, LabelEntry>): boolean {
    if (this.sources.get(annotator) === entries) return false;
    let changed = false;
    for (const image of [...this.by(annotator).keys()])
      if (!entries.has(image)) changed = this.set(annotator, image, null) || changed;
    for (const [image, entry] of entries) changed = this.set(annotator, image, entry) || changed;
    this.sources.set(annotator, entries);
    return changed;
  }

  /** Takes over one answer; null takes it away. Tells whether anything has changed. */
  set(annotator: string, image: string, entry: LabelEntry | null): boolean {
    const own = this.byAnnotator.get(annotator) ?? new Map<string, LabelEntry>();
    const before = own.get(image);
    if (entry === null ? before === undefined : before !== undefined && isSame(before, entry)) return false;
    this.sources.delete(annotator);
    this.byAnnotator.set(annotator, own);
    const all = this.to(image);
    const others = before === undefined ? all : all.filter((given) => given.annotator !== annotator);
    const given = entry === null ? others : insert(others, { annotator, label: entry.label });
    this.agreed += Number(isAgreed(given)) - Number(isAgreed(all));
    if (given.length > 0) this.byImage.set(image, given);
    else this.byImage.delete(image);
    if (entry === null) own.delete(image);
    else own.set(image, entry);
    return true;
  }
}

const NO_ANSWERS: ReadonlyMap<string, LabelEntry> = new Map();

const isSame = (a: LabelEntry, b: LabelEntry): boolean =>
  a === b ||
  (a.label === b.label &&
    a.skipped === b.skipped &&
    a.at === b.at &&
    a.seconds === b.seconds &&
    a.flag === b.flag &&
    a.source === b.source);

const isAgreed = (answers: readonly Given[]): boolean => typeof agreedLabel(answers) === 'string';

const insert = (given: readonly Given[], one: Given): readonly Given[] =>
  given.length === 0 ? [one] : [...given, one].sort((a, b) => (a.annotator < b.annotator ? -1 : 1));
