import { REVIEWED } from '../reviewed';
import { isSameAnswer, type LabelEntry } from '../schema/labels';
import type { LabelsNow } from './labelLines';
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
const isReviewed = (answers: readonly Pick<LabelEntry, 'label' | 'source'>[], to: string): boolean =>
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
  /** What an annotator's answers were last replaced by. */
  private readonly sources = new Map<string, Source>();
  private settlements: Settlements = NO_SETTLEMENTS;
  private agreed = 0;
  private disputes = 0;

  /** Images with a label on which all annotators agree, or that was settled. */
  get labelled(): number {
    return this.agreed;
  }

  /** Images on which annotators disagree, and that nobody settled. */
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

  /** The class to which a dispute over an image was settled; undefined where there is none, or where it is open. */
  settledTo(image: string): string | undefined {
    const given = this.to(image);
    return agreedLabel(given) === null ? settlementInForce(this.settlements.get(image), given)?.label : undefined;
  }

  /** The class of an image on which all agree, or to which a dispute was settled. */
  classOf(image: string): string | undefined {
    return agreedLabel(this.to(image)) ?? this.settledTo(image);
  }

  /** Whether the class of an image is a reviewed prediction, of everybody who gave it. */
  isReviewed(image: string): boolean {
    const to = this.classOf(image);
    const settlement = to === undefined ? undefined : settlementInForce(this.settlements.get(image), this.to(image));
    if (to === undefined || (agreedLabel(this.to(image)) === null && settlement?.how === 'decision')) return false;
    return isReviewed(
      this.to(image).map(({ annotator, label }) => ({ label, source: this.by(annotator).get(image)?.source })),
      to,
    );
  }

  /** Takes over what was settled, by everybody. Tells whether the class of any image has become another. */
  settle(settlements: Settlements): boolean {
    const images = [...new Set([...this.settlements.keys(), ...settlements.keys()])];
    const before = images.map((image) => this.settledTo(image));
    const states = images.map((image) => this.stateOf(image, this.to(image)));
    this.settlements = settlements;
    let changed = false;
    for (const [i, image] of images.entries()) {
      const now = this.settledTo(image);
      this.count(states[i]!, this.stateOf(image, this.to(image)));
      if (now !== before[i]) changed = true;
    }
    return changed;
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
    const counted = this.stateOf(image, all);
    if (given.length > 0) this.byImage.set(image, given);
    else this.byImage.delete(image);
    this.count(counted, this.stateOf(image, given));
    if (entry === null) own.delete(image);
    else own.set(image, entry);
    return true;
  }

  /** Whether it is known which class an image has. */
  private stateOf(image: string, given: readonly Given[]): ImageState {
    const agreed = agreedLabel(given);
    if (agreed === undefined) return 'open';
    if (agreed !== null) return 'labelled';
    return settlementInForce(this.settlements.get(image), given) ? 'labelled' : 'disputed';
  }

  private count(before: ImageState, now: ImageState): void {
    this.agreed += Number(now === 'labelled') - Number(before === 'labelled');
    this.disputes += Number(now === 'disputed') - Number(before === 'disputed');
  }
}

type ImageState = 'open' | 'labelled' | 'disputed';

/** Answers that were taken over: up to which of the images they spoke of, and whose answers have changed here since. */
interface Source {
  readonly labels: LabelsNow;
  readonly seen: number;
  readonly touched: Set<string>;
}

/** Answers taken over at once. */
const STEP = 500;

const NO_ANSWERS: ReadonlyMap<string, LabelEntry> = new Map();

const insert = (given: readonly Given[], one: Given): readonly Given[] =>
  given.length === 0 ? [one] : [...given, one].sort((a, b) => (a.annotator < b.annotator ? -1 : 1));
