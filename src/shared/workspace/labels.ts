import { isSameAnswer, type LabelEntry, REVIEWED } from '../schema/labels';
import type { LabelsNow } from './labelLines';

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

/** Of the names in the folder of label files the annotators, sorted; files of earlier versions end in .json. */
export const annotatorsOf = (names: readonly string[]): string[] => [
  ...new Set(
    names
      .filter((name) => /\.jsonl?$/.test(name) && !name.startsWith('.'))
      .map((name) => name.replace(/\.jsonl?$/, ''))
      .sort(),
  ),
];

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
  /** What an annotator's answers were last replaced by. */
  private readonly sources = new Map<string, Source>();
  private agreed = 0;
  private disputes = 0;

  /** Images with a label on which all annotators agree. */
  get labelled(): number {
    return this.agreed;
  }

  /** Images on which annotators disagree. */
  get disputed(): number {
    return this.disputes;
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

  /** Takes over one annotator's answers as a whole; null takes them all away. Tells whether anything has changed. */
  replace(annotator: string, labels: LabelsNow | null): boolean {
    const steps = this.replacing(annotator, labels);
    for (;;) {
      const { done, value } = steps.next();
      if (done) return value;
    }
  }

  /** The same in steps of a moment each, for whoever has to leave time for others. */
  *replacing(annotator: string, labels: LabelsNow | null): Generator<void, boolean, void> {
    const entries = labels?.entries ?? NO_ANSWERS;
    const source = this.sources.get(annotator);
    const goesOn = labels !== null && source?.labels === labels;
    const seen = labels?.spokenOf.length ?? 0;
    const images = goesOn
      ? [labels.spokenOf.slice(source.seen), source.touched]
      : [this.by(annotator).keys(), entries.keys()];
    if (labels) this.sources.set(annotator, { labels, seen, touched: new Set() });
    else this.sources.delete(annotator);
    let changed = false;
    let done = 0;
    for (const some of images)
      for (const image of [...some]) {
        changed = this.put(annotator, image, entries.get(image) ?? null) || changed;
        if (++done % STEP === 0) yield;
      }
    return changed;
  }

  /** Takes over one answer; null takes it away. Tells whether anything has changed. */
  set(annotator: string, image: string, entry: LabelEntry | null): boolean {
    this.sources.get(annotator)?.touched.add(image);
    return this.put(annotator, image, entry);
  }

  private put(annotator: string, image: string, entry: LabelEntry | null): boolean {
    const own = this.byAnnotator.get(annotator) ?? new Map<string, LabelEntry>();
    const before = own.get(image);
    if (entry === null ? before === undefined : before !== undefined && isSameAnswer(before, entry)) return false;
    this.byAnnotator.set(annotator, own);
    const all = this.to(image);
    const others = before === undefined ? all : all.filter((given) => given.annotator !== annotator);
    const given = entry === null ? others : insert(others, { annotator, label: entry.label });
    this.agreed += Number(isAgreed(given)) - Number(isAgreed(all));
    this.disputes += Number(isDisputed(given)) - Number(isDisputed(all));
    if (given.length > 0) this.byImage.set(image, given);
    else this.byImage.delete(image);
    if (entry === null) own.delete(image);
    else own.set(image, entry);
    return true;
  }
}

/** Answers that were taken over: up to which of the images they spoke of, and whose answers have changed here since. */
interface Source {
  readonly labels: LabelsNow;
  readonly seen: number;
  readonly touched: Set<string>;
}

/** Answers taken over at once. */
const STEP = 1_000;

const NO_ANSWERS: ReadonlyMap<string, LabelEntry> = new Map();

const isDisputed = (answers: readonly Given[]): boolean => agreedLabel(answers) === null;

const isAgreed = (answers: readonly Given[]): boolean => typeof agreedLabel(answers) === 'string';

const insert = (given: readonly Given[], one: Given): readonly Given[] =>
  given.length === 0 ? [one] : [...given, one].sort((a, b) => (a.annotator < b.annotator ? -1 : 1));
