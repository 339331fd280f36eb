import { setImmediate as nextTurn } from 'node:timers/promises';
import type { LabelsNow } from '../../shared/workspace/labelLines';
import { AnswersSoFar } from '../../shared/workspace/labels';
import type { FileProblem } from './datasetState';
import { annotatorNames } from './folders';
import type { JsonFiles } from './jsonFile';
import type { LabelFiles } from './labelFiles';
import { readSettlements } from './settlements';
import { unknownClass } from './unknownClass';

/** What a dataset's label files come to. */
export interface LabelCount {
  /** Images with a label on which all agree, or that was settled. */
  readonly labelled: number;
  /** Images on which annotators disagree. */
  readonly conflicts: number;
  readonly isAnswered: (image: string) => boolean;
  readonly whoAnswered: (image: string) => readonly string[];
  /** Whether everybody who answered skipped it. */
  readonly isSkipped: (image: string) => boolean;
  /** The class on which all agree, or to which a dispute was settled. */
  readonly classOf: (image: string) => string | undefined;
  /** Whether that class is a reviewed prediction, of everybody who gave it. */
  readonly isReviewed: (image: string) => boolean;
  /** Image → class of those that are wanted, in the order of ids. */
  readonly classes: (isWanted: (image: string) => boolean) => ReadonlyMap<string, string>;
  readonly problems: readonly FileProblem[];
}

/** An annotator's answers once their classes were looked at. */
interface Checked {
  readonly labels: LabelsNow;
  /** How many of the images that they speak of were looked at. */
  readonly seen: number;
  readonly classes: string;
  /** Those whose class the dataset has. */
  readonly usable: LabelsNow;
  /** The first image with another class. */
  readonly unknown: string | null;
}

/** Answers that are looked at before others have their turn. */
const ANSWERS_A_TURN = 5_000;

/**
 * How many images of a dataset are labelled, by the rules of the engine, except that one damaged file does not hide the
 * others. What comes in costs what it is, and many answers at once are counted in turns: 100,000 don't hold up the window.
 */
export class LabelCounts {
  private readonly answers = new AnswersSoFar();
  private readonly checked = new Map<string, Checked>();
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly directory: string,
    private readonly files: { readonly json: JsonFiles; readonly labels: LabelFiles },
  ) {}

  read(classes: readonly string[]): Promise<LabelCount> {
    const turn = this.last.then(() => this.count(classes));
    this.last = turn.catch(() => {});
    return turn;
  }

  private async count(classes: readonly string[]): Promise<LabelCount> {
    const problems: FileProblem[] = [];
    const annotators = new Set(await annotatorNames(this.directory));
    for (const annotator of new Set([...annotators, ...this.answers.annotators])) {
      const read = await this.files.labels.read(this.directory, annotator);
      if (read.kind === 'problem') problems.push(read.problem);
      const checked = read.kind === 'value' ? await this.check(annotator, read.value, classes) : null;
      if (checked && checked.unknown !== null) {
        const { entries, lineOf } = checked.labels;
        const { label } = entries.get(checked.unknown)!;
        const line = lineOf?.(checked.unknown) ?? null;
        problems.push({ file: read.file, message: unknownClass(checked.unknown, label, classes, line) });
      }
      for (const _ of this.answers.replacing(annotator, checked?.usable ?? null)) await nextTurn();
    }
    const settled = await readSettlements(this.directory, classes, this.files.json);
    this.answers.settle(settled.settlements);
    problems.push(...settled.problems);
    return { ...this.counted(), problems };
  }

  private counted(): Omit<LabelCount, 'problems'> {
    const { answers } = this;
    const { labelled, disputed } = answers;
    const isAnswered = (image: string) => answers.to(image).length > 0;
    const isSkipped = (image: string) =>
      isAnswered(image) && answers.to(image).every(({ label }) => label === undefined);
    const classOf = (image: string) => answers.classOf(image);
    const classes = (isWanted: (image: string) => boolean) => {
      const wanted = [...answers.answered].filter(isWanted).sort();
      return new Map(
        wanted.flatMap((image): [string, string][] => {
          const label = classOf(image);
          return label === undefined ? [] : [[image, label]];
        }),
      );
    };
    const whoAnswered = (image: string) => answers.to(image).map(({ annotator }) => annotator);
    const isReviewed = (image: string) => answers.isReviewed(image);
    return { labelled, conflicts: disputed, isAnswered, whoAnswered, isSkipped, classOf, isReviewed, classes };
  }

  private async check(annotator: string, labels: LabelsNow, classes: readonly string[]): Promise<Checked> {
    const before = this.checked.get(annotator);
    const joined = JSON.stringify(classes);
    const isKnown = before?.labels === labels && before.classes === joined;
    const seen = labels.spokenOf.length;
    if (isKnown && before.seen === seen) return before;
    const goesOn = isKnown && before.unknown === null;
    const unknown = await firstUnknown(
      labels,
      goesOn ? labels.spokenOf.slice(before.seen) : labels.entries.keys(),
      classes,
    );
    const usable = unknown === null ? labels : withClasses(labels, classes);
    const checked = { labels, seen, classes: joined, usable, unknown };
    this.checked.set(annotator, checked);
    return checked;
  }
}

async function firstUnknown(
  { entries }: LabelsNow,
  images: Iterable<string>,
  classes: readonly string[],
): Promise<string | null> {
  const known = new Set(classes);
  let count = 0;
  for (const image of images) {
    const label = entries.get(image)?.label;
    if (label !== undefined && !known.has(label)) return image;
    if (++count % ANSWERS_A_TURN === 0) await nextTurn();
  }
  return null;
}

const withClasses = ({ entries }: LabelsNow, classes: readonly string[]): LabelsNow => ({
  entries: new Map([...entries].filter(([, { label }]) => label === undefined || classes.includes(label))),
  spokenOf: [],
});
