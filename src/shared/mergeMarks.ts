/** Lines of a text, 1 for the first. */
export interface LineRange {
  readonly from: number;
  readonly to: number;
}

/** Whether the text holds what version control leaves where it could not merge. */
export const hasMergeMarks = (text: string): boolean => /^(<{7}|>{7}|={7})( |$)/m.test(text);

/** The lines of the first conflict that version control left, its marks among them; null where there is none. */
export function conflictIn(text: string): LineRange | null {
  if (!hasMergeMarks(text)) return null;
  const marks = text.split('\n').flatMap((line, i) => (hasMergeMarks(line) ? [{ begin: line[0], line: i + 1 }] : []));
  const [first] = marks;
  // whoever has removed one mark by hand may have left another
  const last = marks.find(({ begin }) => begin === '>') ?? marks.at(-1);
  return first && last ? { from: first.line, to: Math.max(first.line, last.line) } : null;
}
