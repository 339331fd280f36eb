import { appendFile, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as z from 'zod';
import { imageId, isoTime } from '../../shared/schema/common';
import { type LabelEntry, labelEntry } from '../../shared/schema/labels';
import { placeIn, places } from '../../shared/workspace/paths';
import { readText } from '../door';
import { fileVersion } from '../fileVersion';
import type { Replacements } from './presses';

/**
 * A line of the file: at `at`, the answer `before` of an image was given up for another. A file that begins without a
 * change has a first line of `at` alone: whatever changes from then on is noted below.
 */
const noteLine = z.strictObject({ at: isoTime, image: imageId.exactOptional(), before: labelEntry.exactOptional() });
type Note = z.output<typeof noteLine>;

/**
 * What an annotator's changes of answers took the place of, so that a change can be undone after a reload, a crash, or in
 * another window: a label file holds only the last answer. A file of lines in the dataset's cache, to which is only
 * added; a line counts while the answer with its time stands in the label file. It is complete from its first line on:
 * of earlier presses, as of all when the cache was removed, nobody knows whether they changed an answer.
 */
export class ReplacedAnswers implements Replacements {
  readonly path: string;
  private readonly known = new Map<string, Map<string, LabelEntry>>();
  private version: string | null = null;
  /** Milliseconds since 1970: when the file begins. */
  private completeFrom = Number.POSITIVE_INFINITY;
  private begun = false;

  constructor(directory: string, annotator: string) {
    this.path = placeIn(directory, places.replaced(annotator));
  }

  before(at: string, image: string): LabelEntry | undefined {
    return this.known.get(at)?.get(image);
  }

  knows(at: string): boolean {
    return this.known.has(at) || Date.parse(at) >= this.completeFrom;
  }

  /** Takes over what others have written. Lines that are no such lines are passed over: half of one may stand at the end. */
  async read(): Promise<void> {
    const version = await fileVersion(this.path);
    if (version === this.version) return;
    const text = await readText(this.path, 'labels').catch(() => '');
    this.version = version;
    const lines = text.split('\n').flatMap((line) => parseLine(line) ?? []);
    this.completeFrom = lines.reduce((first, { at }) => Math.min(first, Date.parse(at)), Number.POSITIVE_INFINITY);
    for (const { at, image, before } of lines) if (image !== undefined && before) this.add(at, image, before);
  }

  /**
   * To be called before a press is saved, with what it takes the place of. What can't be written is remembered for as long
   * as the session lasts.
   */
  async remember(at: string, before: ReadonlyMap<string, LabelEntry>): Promise<void> {
    this.known.set(at, this.known.get(at) ?? new Map());
    for (const [image, entry] of before) this.add(at, image, entry);
    if (before.size > 0) return this.append([...before].map(([image, entry]) => ({ at, image, before: entry })));
    if (this.begun) return;
    this.begun = true;
    if ((await fileVersion(this.path)) === null) await this.append([{ at }]);
  }

  private async append(lines: readonly Note[]): Promise<void> {
    try {
      await mkdir(dirname(this.path), { recursive: true });
      // the line break in front ends a half-written line
      await appendFile(this.path, `\n${lines.map((line) => `${JSON.stringify(line)}\n`).join('')}`);
    } catch {
      // the answer itself matters more; saving it will say what is wrong with the disk
    }
  }

  private add(at: string, image: string, before: LabelEntry): void {
    const of = this.known.get(at) ?? new Map<string, LabelEntry>();
    this.known.set(at, of.set(image, before));
  }
}

/** The notes of each annotator that a session has to do with. */
export class ReplacedByAnnotator {
  private readonly known = new Map<string, ReplacedAnswers>();

  constructor(private readonly directory: string) {}

  of(annotator: string): ReplacedAnswers {
    const known = this.known.get(annotator) ?? new ReplacedAnswers(this.directory, annotator);
    this.known.set(annotator, known);
    return known;
  }
}

function parseLine(line: string): Note | null {
  if (line === '') return null;
  try {
    return noteLine.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null;
  }
}
