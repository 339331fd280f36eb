import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { imageId, isoTime } from '../../shared/schema/common';
import { type LabelEntry, labelEntry } from '../../shared/schema/labels';
import { fileVersion } from '../fileVersion';

/** One line of the file: at `at`, the answer `before` of an image was given up for another. */
const replacedLine = z.strictObject({ at: isoTime, image: imageId, before: labelEntry });

/**
 * What an annotator's changes of answers took the place of, so that a change can be undone after a reload, a crash, or in
 * another window: a label file holds only the last answer. A file of lines in the dataset's cache, to which is only
 * added; a line counts while the answer with its time stands in the label file. Where the cache was removed, undoing a
 * change takes the answer away, as for any other.
 */
export class ReplacedAnswers {
  private readonly path: string;
  private readonly known = new Map<string, Map<string, LabelEntry>>();
  private version: string | null = null;

  constructor(directory: string, annotator: string) {
    this.path = join(directory, '.cache', 'replaced', `${annotator}.jsonl`);
  }

  /** Time of the press → image → the answer before it. */
  get all(): ReadonlyMap<string, ReadonlyMap<string, LabelEntry>> {
    return this.known;
  }

  /** Takes over what others have written. Lines that are no such lines are passed over: half of one may stand at the end. */
  async read(): Promise<void> {
    const version = await fileVersion(this.path);
    if (version === this.version) return;
    const text = await readFile(this.path, 'utf8').catch(() => '');
    this.version = version;
    for (const line of text.split('\n')) {
      const parsed = parseLine(line);
      if (parsed) this.add(parsed.at, parsed.image, parsed.before);
    }
  }

  /** To be called before the changes are saved. What can't be written is remembered for as long as the session lasts. */
  async remember(at: string, before: ReadonlyMap<string, LabelEntry>): Promise<void> {
    if (before.size === 0) return;
    for (const [image, entry] of before) this.add(at, image, entry);
    const lines = [...before].map(([image, entry]) => `${JSON.stringify({ at, image, before: entry })}\n`);
    try {
      await mkdir(dirname(this.path), { recursive: true });
      // the line break in front ends a half-written line
      await appendFile(this.path, `\n${lines.join('')}`);
    } catch {
      // the answer itself matters more; saving it will say what is wrong with the disk
    }
  }

  private add(at: string, image: string, before: LabelEntry): void {
    const of = this.known.get(at) ?? new Map<string, LabelEntry>();
    this.known.set(at, of.set(image, before));
  }
}

function parseLine(line: string): z.output<typeof replacedLine> | null {
  if (line === '') return null;
  try {
    return replacedLine.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null;
  }
}
