/**
 * The value of a text in JSON. A mark of the byte order at its beginning, which editors and shells of Windows leave, is
 * passed over.
 * @throws SyntaxError that names the line where a word stands that JSON doesn't know, such as the NaN of Python's json.
 */
export function parseJson(text: string): unknown {
  const json = withoutMark(text);
  try {
    return JSON.parse(json);
  } catch (error) {
    const unknown = unknownWord(json);
    throw unknown === null ? error : new SyntaxError(unknown, { cause: error });
  }
}

const MARK = '\uFEFF';

const withoutMark = (text: string): string => (text.startsWith(MARK) ? text.slice(MARK.length) : text);

/** Strings (the last one may have no end), numbers, and words. */
const TOKENS = /"(?:[^"\\]|\\.)*(?:"|$)|-?\d[\d.eE+-]*|-?[A-Za-z_]\w*/gs;
const known = new Set(['true', 'false', 'null']);
const notFinite = /^-?(nan|inf|infinity)$/i;

function unknownWord(json: string): string | null {
  for (const { 0: token, index } of json.matchAll(TOKENS)) {
    if (!/^-?[A-Za-z_]/.test(token) || known.has(token)) continue;
    const line = json.slice(0, index).split('\n').length;
    const what = notFinite.test(token) ? 'is not a finite number, and JSON knows no others' : 'is no value of JSON';
    return `line ${line} has ${token}, which ${what}`;
  }
  return null;
}
