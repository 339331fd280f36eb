import { readBytes } from './door';
import { readNpy } from './npy';

/** Longer files hold more than one number. */
const LONGEST = 1 << 12;

/**
 * The one number that a .npy file holds, also where it was saved as text, as AffectNet's annotations are; null where it
 * holds anything else, or can't be read.
 */
export async function readNpyNumber(path: string): Promise<number | null> {
  const bytes = await readBytes(path, LONGEST).catch(() => null);
  if (!bytes) return null;
  const text = textIn(bytes);
  if (text !== null) return numberOf(text);
  const array = await readNpy(path).catch(() => null);
  return array?.data.length === 1 ? Number(array.data[0]) : null;
}

/** What stands in an array of one text; null where it is none. */
function textIn(bytes: Buffer): string | null {
  const [, order, kind, letters] = /'descr'\s*:\s*'([<>|=])([US])(\d+)'/.exec(bytes.toString('latin1')) ?? [];
  const end = bytes.indexOf('\n');
  if (kind === undefined || end < 0) return null;
  const data = bytes.subarray(end + 1);
  if (data.length !== Number(letters) * (kind === 'U' ? 4 : 1)) return null;
  if (kind === 'S') return data.toString('latin1');
  const codes = Array.from({ length: Number(letters) }, (_, i) =>
    order === '>' ? data.readUInt32BE(4 * i) : data.readUInt32LE(4 * i),
  );
  return codes.every((code) => code <= LAST_CODE) ? String.fromCodePoint(...codes) : null;
}

const LAST_CODE = 0x10ffff;

function numberOf(text: string): number | null {
  const plain = text.replace(/\0+$/, '').trim();
  return /^-?\d+(\.\d*)?$/.test(plain) ? Number(plain) : null;
}
