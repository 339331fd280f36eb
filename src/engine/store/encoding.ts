import { inputError, type UserError } from '../errors';
import { type Bound, readNamed } from './door';

/** How a text may be written. Windows' Notepad, Excel ("Unicode text") and PowerShell write UTF-16. */
export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

/** Bytes that are looked at where no mark says how a text is written. */
const BEGINNING = 4096;
/** Of the bytes at odd (or even) places this share is zero, and hardly one of the others, where a text is UTF-16. */
const ZEROS = 0.4;
const STRAY_ZEROS = 0.05;

/** By the mark at the beginning of a text, else by the zeros that UTF-16 has in every second byte of most texts. */
export function encodingOf(bytes: Uint8Array): Encoding {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  const pairs = Math.min(bytes.length, BEGINNING) >> 1;
  const zeros = [0, 0];
  for (let i = 0; i < 2 * pairs; i++) if (bytes[i] === 0) zeros[i % 2]!++;
  const [even, odd] = zeros.map((count) => count / pairs) as [number, number];
  if (odd >= ZEROS && even <= STRAY_ZEROS) return 'utf-16le';
  if (even >= ZEROS && odd <= STRAY_ZEROS) return 'utf-16be';
  return 'utf-8';
}

/** The text of a file's bytes, its mark taken off. @throws UserError with the line that is in no encoding known here. */
export function decodedText(bytes: Uint8Array, path: string): string {
  const encoding = encodingOf(bytes);
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (error) {
    throw notText(path, wrongLine(bytes), error);
  }
}

/** The text of a file. */
export async function readText(path: string, bound: Bound = 'json'): Promise<string> {
  return decodedText(await readNamed(path, bound), path);
}

export const notText = (path: string, line: number, cause: unknown): UserError =>
  inputError(`Line ${line} of ${path} is not UTF-8; save the file as UTF-8 (in Excel: CSV UTF-8).`, cause);

/** The first line that is no UTF-8, 1 for the first. A letter that began before these bytes is passed over. */
export function wrongLine(bytes: Uint8Array): number {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 1;
  for (let from = bytes.findIndex((byte) => byte >> 6 !== 2); from >= 0 && from < bytes.length; line++) {
    const end = bytes.indexOf(NEWLINE, from);
    const to = end < 0 ? bytes.length : end + 1;
    try {
      decoder.decode(bytes.subarray(from, to));
    } catch {
      return line;
    }
    from = to;
  }
  return 1;
}

const NEWLINE = 10;
