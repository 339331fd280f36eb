import { REVIEWED } from '../reviewed';
import type { LabelEntry } from '../schema/labels';
import { NO_SETTLEMENTS, type Settled, type Settlements, settlementInForce } from './settlements';

/** One answer as it stands in a file. */
export interface Answer extends LabelEntry {
  readonly annotator: string;
  readonly image: string;
}

/** Annotators who gave different classes for one image; it is not trained on until they agree or somebody settles it. */
export interface Conflict {
  readonly image: string;
  readonly answers: readonly { readonly annotator: string; readonly label: string }[];
  /** What it was settled to before another answer came in. */
  readonly reopened?: Settled;
}

/** The answers of all annotators, merged; images by id, in order of their ids. */
export interface MergedAnswers {
  /** Image → class, where all annotators who answered agree, or a dispute was settled. */
  readonly labels: ReadonlyMap<string, string>;
  /** Of these the images whose label is a reviewed prediction, of everybody who gave it. */
  readonly reviewed: ReadonlySet<string>;
  readonly conflicts: readonly Conflict[];
  /** Images on which annotators differ, with the settlement that gives them their class. */
  readonly settled: ReadonlyMap<string, Settled>;
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
export function mergeAnswers(answers: readonly Answer[], settlements: Settlements = NO_SETTLEMENTS): MergedAnswers {
  const byImage = new Map<string, Answer[]>();
  for (const answer of answers) {
    const group = byImage.get(answer.image);
    if (group) group.push(answer);
    else byImage.set(answer.image, [answer]);
  }
  const labels = new Map<string, string>();
  const reviewed = new Set<string>();
  const conflicts: Conflict[] = [];
  const settled = new Map<string, Settled>();
  const skipped = new Set<string>();
  for (const [image, all] of [...byImage].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const agreed = agreedLabel(all);
    if (agreed === undefined) skipped.add(image);
    else if (agreed !== null) {
      labels.set(image, agreed);
      if (isReviewed(all, agreed)) reviewed.add(image);
    } else {
      const known = settlements.get(image);
      const settlement = settlementInForce(known, all);
      if (settlement) {
        settled.set(image, settlement);
        labels.set(image, settlement.label);
        if (settlement.how !== 'decision' && isReviewed(all, settlement.label)) reviewed.add(image);
      } else conflicts.push(conflictOf(image, all, known?.[0]));
    }
  }
  return { labels, reviewed, conflicts, settled, skipped, answered: new Set(byImage.keys()) };
}

/** Whether nobody gave this class without a prediction before their eyes. */
const isReviewed = (answers: readonly Answer[], to: string): boolean =>
  answers.every(({ label, source }) => label !== to || source === REVIEWED);

function conflictOf(image: string, all: readonly Given[], reopened: Settled | undefined): Conflict {
  const answers = all.flatMap(({ annotator, label }) => (label === undefined ? [] : [{ annotator, label }]));
  return { image, answers, ...(reopened ? { reopened } : {}) };
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
  private settlements: Settlements = NO_SETTLEMENTS;
  private agreed = 0;

  /** Images with a label on which all annotators agree, or that was settled. */
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

  /** The class to which a dispute over an image was settled; undefined where there is none, or where it is open. */
  settledTo(image: string): string | undefined {
    const given = this.to(image);
    return agreedLabel(given) === null ? settlementInForce(this.settlements.get(image), given)?.label : undefined;
  }

  /** Takes over what was settled, by everybody. Tells whether the class of any image has become another. */
  settle(settlements: Settlements): boolean {
    const images = [...new Set([...this.settlements.keys(), ...settlements.keys()])];
    const before = images.map((image) => this.settledTo(image));
    this.settlements = settlements;
    let changed = false;
    for (const [i, image] of images.entries()) {
      const now = this.settledTo(image);
      this.agreed += Number(now !== undefined) - Number(before[i] !== undefined);
      if (now !== before[i]) changed = true;
    }
    return changed;
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
    const counted = this.hasClass(image, all);
    if (given.length > 0) this.byImage.set(image, given);
    else this.byImage.delete(image);
    this.agreed += Number(this.hasClass(image, given)) - Number(counted);
    if (entry === null) own.delete(image);
    else own.set(image, entry);
    return true;
  }

  private hasClass(image: string, given: readonly Given[]): boolean {
    const agreed = agreedLabel(given);
    return agreed === null ? settlementInForce(this.settlements.get(image), given) !== undefined : agreed !== undefined;
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

const insert = (given: readonly Given[], one: Given): readonly Given[] =>
  given.length === 0 ? [one] : [...given, one].sort((a, b) => (a.annotator < b.annotator ? -1 : 1));
