import { type LabelEntry, labelEntry, labelFile, repeatedIds } from '../schema/labels';
import { type Parsed, parseFile } from './problems';

/** What earlier versions wrote before the answers, one a line, and after them. */
const HEAD = /^\{\r?\n\s*"schema": 1,\r?\n\s*"labels": \{\r?\n/;
const END = /^\s*\}\s*\}\s*$/;

/** Lines that are read before others have their turn. */
const LINES_A_TURN = 500;

type Entries = Map<string, LabelEntry>;

/**
 * The answers by image of a label file that an earlier version wrote. As it was written it is read line by line, with pauses: 100,000 answers
 * in one go hold up their reader for a second. One that was edited into another form, or is damaged, is read as a whole.
 */
export async function parseOldLabels(text: string, pause: () => Promise<unknown>): Promise<Parsed<Entries>> {
  const entries = await byLines(text, pause);
  return entries ? { value: entries, fault: null } : parseWhole(text);
}

async function byLines(text: string, pause: () => Promise<unknown>): Promise<Entries | null> {
  const head = HEAD.exec(text);
  if (!head) return null;
  const entries: Entries = new Map();
  for (let at = head[0].length, lines = 1; ; lines++) {
    const end = text.indexOf('\n', at);
    if (end < 0) return null;
    const line = text.slice(at, end).trimEnd();
    const isLast = !line.endsWith(',');
    if (!takeLine(entries, isLast ? line : line.slice(0, -1))) return null;
    at = end + 1;
    if (isLast) return END.test(text.slice(at)) ? entries : null;
    if (lines % LINES_A_TURN === 0) await pause();
  }
}

/** False where it is not one answer to an image that has none yet. */
function takeLine(entries: Entries, line: string): boolean {
  let answers: [string, unknown][];
  try {
    answers = Object.entries(JSON.parse(`{${line}}`) as object);
  } catch {
    return false;
  }
  const [[image, said] = ['', null], ...others] = answers;
  const entry = labelEntry.safeParse(said);
  if (image === '' || others.length > 0 || entries.has(image) || !entry.success) return false;
  entries.set(image, entry.data);
  return true;
}

/** JSON alone would keep only the last of two answers to one image. */
function parseWhole(text: string): Parsed<Entries> {
  const parsed = parseFile(text, labelFile, 'both');
  if (parsed.fault) return parsed;
  const [repeated] = repeatedIds(text);
  if (repeated) return { value: null, fault: { kind: 'repeatedImage', ...repeated } };
  return { value: new Map(Object.entries(parsed.value.labels)), fault: null };
}
