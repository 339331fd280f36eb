import { damagedError, type UserError } from '../errors';
import type { Parameters, Tensor } from '../network/network';
import { elements } from '../numeric/shape';
import { writeFileAtomic } from './atomicFile';
import { readNamed } from './door';

/**
 * The safetensors format (huggingface.co/docs/safetensors): 8 bytes length of the header (little-endian), the header as
 * JSON (name → dtype, shape, data_offsets; `__metadata__` holds strings), then the tensors' bytes without gaps. Here all
 * tensors are F32, and the header is padded with spaces to a multiple of 8.
 */
export interface SafetensorsContent {
  readonly parameters: Parameters;
  readonly metadata: Readonly<Record<string, string>>;
}

const METADATA = '__metadata__';
const PREFIX = 8;
const MAX_HEADER = 100_000_000; // the limit of the reference implementation

/** The bytes of a file; the same parameters and metadata always give the same bytes. */
export function encodeSafetensors(parameters: Parameters, metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  const names = [...parameters.keys()].sort();
  const header: [string, unknown][] = [[METADATA, Object.fromEntries(Object.entries(metadata).sort(byKey))]];
  let end = 0;
  for (const name of names) {
    const { shape, data } = parameters.get(name)!;
    if (name === METADATA || data.length !== elements(shape))
      throw new RangeError(`Parameter ${name} has ${data.length} values and shape [${shape}].`);
    header.push([name, { dtype: 'F32', shape, data_offsets: [end, end + data.byteLength] }]);
    end += data.byteLength;
  }
  // Built by hand: in an object, names that look like numbers would jump to the front.
  const json = `{${header.map(([name, entry]) => `${JSON.stringify(name)}:${JSON.stringify(entry)}`).join(',')}}`;
  const unpadded = Buffer.from(json, 'utf8');
  const start = PREFIX + Math.ceil(unpadded.length / 8) * 8;
  const bytes = Buffer.alloc(start + end, ' ');
  bytes.writeBigUInt64LE(BigInt(start - PREFIX), 0);
  unpadded.copy(bytes, PREFIX);
  let offset = start;
  for (const name of names) {
    const { data } = parameters.get(name)!;
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    offset += data.byteLength;
  }
  return bytes;
}

const byKey = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]) => (a < b ? -1 : 1);

/** Reads the bytes of a file; `path` is only for messages. Anything wrong is a damaged error. */
export function decodeSafetensors(bytes: Uint8Array, path: string): SafetensorsContent {
  const damaged: Damaged = (what, cause) =>
    damagedError(`${path} is not a usable safetensors file: ${what}; restore it or make it again.`, cause);
  const { header, start } = readHeader(bytes, damaged);
  const metadata: Record<string, string> = {};
  const entries: Entry[] = [];
  for (const [name, value] of Object.entries(header)) {
    if (name === METADATA) copyMetadata(value, metadata, damaged);
    else {
      const entry = parseEntry(name, value);
      if (typeof entry === 'string') throw damaged(`tensor "${name}" ${entry}`);
      entries.push(entry);
    }
  }
  checkPlaces(entries, bytes.length - start, damaged);
  return { parameters: new Map(entries.map((e) => [e.name, tensorAt(bytes, start, e)])), metadata };
}

type Damaged = (what: string, cause?: unknown) => UserError;

/** The header, an object, and where it ends. */
function readHeader(bytes: Uint8Array, damaged: Damaged): { readonly header: object; readonly start: number } {
  if (bytes.length < PREFIX) throw damaged(`it has only ${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getBigUint64(0, true);
  if (length > MAX_HEADER || Number(length) > bytes.length - PREFIX)
    throw damaged('it ends before its header does (truncated, or another kind of file)');
  const start = PREFIX + Number(length);
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(PREFIX, start)));
  } catch (error) {
    throw damaged('its header is not JSON', error);
  }
  if (header === null || typeof header !== 'object' || Array.isArray(header)) throw damaged('its header is no object');
  return { header, start };
}

function copyMetadata(value: unknown, metadata: Record<string, string>, damaged: Damaged): void {
  const pairs = value !== null && typeof value === 'object' ? Object.entries(value) : null;
  if (!pairs?.every((pair): pair is [string, string] => typeof pair[1] === 'string'))
    throw damaged('its metadata are not strings');
  for (const [key, text] of pairs)
    Object.defineProperty(metadata, key, { value: text, enumerable: true, configurable: true, writable: true });
}

/** The tensors lie one after the other and fill what follows the header. */
function checkPlaces(entries: readonly Entry[], available: number, damaged: Damaged): void {
  let end = 0;
  for (const entry of [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (entry.begin !== end)
      throw damaged(`tensor "${entry.name}" ${entry.begin < end ? 'overlaps another' : 'follows a gap'}`);
    end = entry.end;
    if (end > available) throw damaged(`tensor "${entry.name}" ends beyond the file, which is truncated`);
  }
  if (end !== available) throw damaged(`${available - end} bytes follow the last tensor`);
}

interface Entry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** A header entry, or what is wrong with it. */
function parseEntry(name: string, value: unknown): Entry | string {
  if (value === null || typeof value !== 'object') return 'has no description';
  const { dtype, shape, data_offsets: offsets } = value as Record<string, unknown>;
  if (dtype !== 'F32') return `is of type ${JSON.stringify(dtype)}, but only "F32" is used here`;
  if (!isWholeNumbers(shape)) return 'has no valid shape';
  if (!isWholeNumbers(offsets) || offsets.length !== 2) return 'has no valid offsets';
  const [begin, end] = offsets;
  if (end - begin !== 4 * elements(shape)) return `has shape [${shape}] but ${end - begin} bytes`;
  return { name, shape, begin, end };
}

const isWholeNumbers = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);

/** A copy of its own, since a Float32Array can't begin at any byte. */
function tensorAt(bytes: Uint8Array, start: number, { shape, begin, end }: Entry): Tensor {
  const data = new Float32Array((end - begin) / 4);
  new Uint8Array(data.buffer).set(bytes.subarray(start + begin, start + end));
  return { shape, data };
}

/** Writes parameters and metadata, atomically. */
export async function writeSafetensors(
  path: string,
  parameters: Parameters,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  await writeFileAtomic(path, encodeSafetensors(parameters, metadata));
}

/** Reads parameters (in the order of the file) and metadata. Missing file: input error. Anything wrong in it: damaged error. */
export async function readSafetensors(path: string): Promise<SafetensorsContent> {
  return decodeSafetensors(await readNamed(path, 'weights'), path);
}
