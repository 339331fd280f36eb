import { stat } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Turns } from '../../shared/turns';
import { versionOf } from '../../shared/workspace/fileVersion';
import { joinAnswers, LabelLines, type LabelsNow, mergeOr, splitLabels } from '../../shared/workspace/labelLines';
import { parseOldLabels } from '../../shared/workspace/oldLabels';
import { placeIn, places } from '../../shared/workspace/paths';
import type { Fault, Parsed } from '../../shared/workspace/problems';
import { readBytes } from '../door';
import { JsonFiles, problemOf, type Read, unreadable } from './jsonFile';

/** What is read before others have their turn: about 500 lines. */
const BYTES_A_TURN = 1 << 16;

/** What a file held, and what was made of it. */
interface Remembered {
  readonly version: string;
  readonly read: Read<LabelLines>;
  readonly bytes: Buffer;
  /** How many of the bytes are lines that were taken; null when reading can't go on there. */
  readonly taken: number | null;
}

/**
 * Label files as they are on the disk. One that was only added to since costs what was added; another is read in turns, so
 * that 100,000 answers don't hold up the window.
 */
export class LabelFiles {
  private readonly remembered = new Map<string, Remembered>();
  /** Two who read a file at the same time would both take its new lines. */
  private readonly turns = new Turns();
  private readonly old = new JsonFiles();

  /** One annotator's answers, the same object while they are only added to, and the file that holds them. */
  async read(directory: string, annotator: string): Promise<Read<LabelsNow> & { readonly file: string }> {
    // whoever takes an old file over removes it last, so it has to be looked at first
    const oldFile = placeIn(directory, places.oldLabelsOf(annotator));
    const file = placeIn(directory, places.labelsOf(annotator));
    const old = await this.old.readWith(oldFile, parseOld);
    const now = await this.turns.take(file, () => this.readLines(file));
    if (old.kind === 'absent' || now.kind === 'problem') return { ...now, file };
    if (old.kind === 'problem' || now.kind === 'absent') return { ...old, file: oldFile };
    const { value, fault } = joinAnswers(old.value.entries, now.value.entries);
    if (fault) return { kind: 'problem', problem: problemOf(file, fault), file };
    return { ...now, value: { entries: value, spokenOf: [], lineOf: now.value.lineOf }, file };
  }

  private async readLines(path: string): Promise<Read<LabelLines>> {
    const known = this.remembered.get(path);
    try {
      const info = await stat(path, { bigint: true });
      const version = versionOf(info);
      if (known?.version === version) return known.read;
      const bytes = await readBytes(path, 'labels');
      const { labels, taken, fault } = await linesOf(bytes, known);
      const written = Number(info.mtimeMs);
      const read: Read<LabelLines> = fault
        ? { kind: 'problem', problem: problemOf(path, fault) }
        : { kind: 'value', value: labels, written };
      this.remembered.set(path, { version, read, bytes, taken });
      return read;
    } catch (error) {
      this.remembered.delete(path);
      return unreadable(path, error as NodeJS.ErrnoException);
    }
  }
}

async function parseOld(text: string): Promise<Parsed<LabelsNow>> {
  const { value, fault } = await parseOldLabels(text, nextTurn);
  return fault ? { value: null, fault } : { value: { entries: value, spokenOf: [] }, fault: null };
}

interface Taken {
  readonly labels: LabelLines;
  readonly taken: number | null;
  readonly fault: Fault | null;
}

/** The lines of a file, going on from what is known of it where it still begins with that. */
async function linesOf(bytes: Buffer, known: Remembered | undefined): Promise<Taken> {
  const [labels, begin] = goingOn(bytes, known) ?? [new LabelLines(), 0];
  let hasLooseEnd = false;
  for (let at = begin; at < bytes.length; ) {
    const end = turnEnd(bytes, at);
    const { lines, rest, isTorn } = splitLabels(bytes.toString('utf8', at, end), at === 0);
    for (const line of lines) {
      const fault = labels.take(line);
      if (fault) return { labels, taken: null, fault: mergeOr(fault, bytes.toString()) };
    }
    hasLooseEnd = rest !== '' && !isTorn;
    at = end;
    await nextTurn();
  }
  const fault = labels.end();
  return { labels, taken: fault || hasLooseEnd ? null : bytes.lastIndexOf('\n') + 1, fault };
}

/** Up to where lines are taken before others have their turn. */
function turnEnd(bytes: Buffer, at: number): number {
  if (bytes.length - at <= BYTES_A_TURN) return bytes.length;
  const end = bytes.lastIndexOf('\n', at + BYTES_A_TURN) + 1;
  return end > at ? end : bytes.length;
}

function goingOn(bytes: Buffer, known: Remembered | undefined): [LabelLines, number] | null {
  if (known?.read.kind !== 'value' || known.taken === null || known.taken > bytes.length) return null;
  const { taken } = known;
  if (!known.bytes.subarray(0, taken).equals(bytes.subarray(0, taken))) return null;
  return [known.read.value, taken];
}
