import { parseJson } from '../jsonText';
import { conflictIn, hasMergeMarks } from '../mergeMarks';
import { firstIssue } from '../schema/issue';
import { isSameAnswer, type LabelEntry, type LabelLine, labelHead, labelLine } from '../schema/labels';
import type { Fault, Parsed } from './problems';

/** Answers of an annotator that grow: the same object while they are only added to. */
export interface LabelsNow {
  /** Image → answer. */
  readonly entries: ReadonlyMap<string, LabelEntry>;
  /** Images whose answers came in or changed, in this order; the rest of the entries was there from the start. */
  readonly spokenOf: readonly string[];
  /** In which line of the file the answer to an image stands; null where none of its lines does. */
  readonly lineOf?: (image: string) => number | null;
}

/**
 * What a label file says, line by line from its first. A file that is only added to goes on where it was: `entries` and
 * `spokenOf` grow, and whoever has seen them up to some length needs to look at the rest alone.
 */
export class LabelLines implements LabelsNow {
  /** Image → its answer as it is after the lines so far. */
  readonly entries = new Map<string, LabelEntry>();
  /** The image of each line, in their order. */
  readonly spokenOf: string[] = [];
  /** The number of each of these lines. */
  private readonly numbers: number[] = [];
  private lines = 0;
  private hasHead = false;

  /** Takes the next line; the fault of one that can't be understood, after which there is no going on. */
  take(line: string): Fault | null {
    this.lines++;
    if (line.trim() === '') return null;
    let value: unknown;
    try {
      value = parseJson(line);
    } catch (error) {
      return { kind: 'notJson', detail: `line ${this.lines}: ${(error as Error).message}` };
    }
    if (!this.hasHead || isHead(value)) return this.takeHead(value);
    const parsed = labelLine.safeParse(value);
    return parsed.success ? this.takeAnswer(parsed.data) : this.damaged(firstIssue(parsed.error));
  }

  /** Once all lines were taken: what is missing. */
  end(): Fault | null {
    return this.hasHead ? null : { kind: 'empty' };
  }

  readonly lineOf = (image: string): number | null => this.numbers[this.spokenOf.lastIndexOf(image)] ?? null;

  private takeHead(value: unknown): Fault | null {
    const parsed = labelHead.safeParse(value);
    this.hasHead = true;
    return parsed.success ? null : this.damaged(firstIssue(parsed.error));
  }

  private takeAnswer({ image, withdrawn, replaces, ...said }: LabelLine): Fault | null {
    const entry: LabelEntry = { ...said, seconds: said.seconds ?? 0 };
    const before = this.entries.get(image);
    if (before && replaces !== before.at && !isSameAnswer(before, entry))
      return { kind: 'repeatedImage', image, line: this.lines };
    this.spokenOf.push(image);
    this.numbers.push(this.lines);
    if (withdrawn) this.entries.delete(image);
    else this.entries.set(image, entry);
    return null;
  }

  private damaged({ place, expected }: ReturnType<typeof firstIssue>): Fault {
    return { kind: 'damaged', place: [`line ${this.lines}`, ...(place === null ? [] : [place])].join(': '), expected };
  }
}

const isHead = (value: unknown): boolean => typeof value === 'object' && value !== null && 'schema' in value;

/** The lines of a label file's text. */
interface LabelText {
  /** Those that count. */
  readonly lines: readonly string[];
  /** What stands after the last line break. */
  readonly rest: string;
  /** Whether that is a line which somebody is just writing, or never finished: it counts for nothing. */
  readonly isTorn: boolean;
}

/**
 * `isWhole`: nothing of the file stands before this text. A last line without a line break counts where it is there to its
 * closing brace, as editors leave it.
 */
export function splitLabels(text: string, isWhole: boolean): LabelText {
  const lines = text.split('\n');
  const rest = lines.pop() ?? '';
  const isUnfinished = rest.trim() !== '' && !rest.trimEnd().endsWith('}') && !hasMergeMarks(rest);
  const isTorn = isUnfinished && (lines.length > 0 || !isWhole);
  if (rest !== '' && !isTorn) lines.push(rest);
  return { lines, rest, isTorn };
}

/** A file that holds the marks of a merge has no other fault. */
export function mergeOr(fault: Fault, text: string): Fault {
  const conflict = conflictIn(text);
  return conflict ? { kind: 'merge', keep: 'both', ...conflict } : fault;
}

/** What a label file says. */
interface LabelsRead extends Pick<LabelText, 'rest' | 'isTorn'> {
  readonly labels: LabelLines;
}

/** Reads a label file's text as a whole. */
export function parseLabels(text: string): Parsed<LabelsRead> {
  const { lines, rest, isTorn } = splitLabels(text, true);
  const labels = new LabelLines();
  for (const line of lines) {
    const fault = labels.take(line);
    if (fault) return { value: null, fault: mergeOr(fault, text) };
  }
  const fault = labels.end();
  return fault ? { value: null, fault } : { value: { labels, rest, isTorn }, fault: null };
}

/**
 * An annotator's answers where earlier versions left a file of theirs: taken over by the next one who writes. Both files
 * may be there for a while (a crash, or git brought one back), which is fine as long as they don't answer differently.
 */
export function joinAnswers(
  old: ReadonlyMap<string, LabelEntry>,
  now: ReadonlyMap<string, LabelEntry>,
): Parsed<Map<string, LabelEntry>> {
  const all = new Map(now);
  for (const [image, entry] of old) {
    const other = all.get(image);
    if (other && !isSameAnswer(other, entry))
      return { value: null, fault: { kind: 'repeatedImage', image, line: null } };
    all.set(image, entry);
  }
  return { value: all, fault: null };
}
