import { constants } from 'node:buffer';
import type { FileHandle } from 'node:fs/promises';
import { endianness, totalmem } from 'node:os';
import { fill, RefusedFile } from '../../shared/workspace/regularFile';
import { damagedError, inputError } from '../errors';
import { halfToFloat } from '../numeric/half';
import { AtomicFile } from './atomicFile';
import { openFile } from './door';
import { fileKindOf } from './fileKind';

/**
 * NumPy's .npy format, versions 1 to 3 (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html): whole
 * and real numbers. Whatever the order of bytes and of dimensions is in a file, what is read is in that of this machine
 * and row by row.
 */
export type NpyData =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

export interface NpyArray {
  /** Empty for a single number. */
  readonly shape: readonly number[];
  /** Row by row (C order). */
  readonly data: NpyData;
}

interface NpyType {
  new (length: number): NpyData;
  readonly BYTES_PER_ELEMENT: number;
}

const types: ReadonlyMap<string, NpyType> = new Map<string, NpyType>([
  ['<f4', Float32Array],
  ['<f8', Float64Array],
  ['|i1', Int8Array],
  ['|u1', Uint8Array],
  ['<i2', Int16Array],
  ['<u2', Uint16Array],
  ['<i4', Int32Array],
  ['<u4', Uint32Array],
  ['<i8', BigInt64Array],
  ['<u8', BigUint64Array],
]);

/** Half precision, two bytes each; read as single precision. */
const HALF = 'f2';
/** Truth values, a byte each; read as 0 and 1. */
const TRUTH = '|b1';

const MAGIC = Buffer.from('\x93NUMPY', 'latin1');
const LONGEST_HEADER = 1 << 20; // bytes; real ones have about a hundred

/** Reads an array. A missing file is an input error; one that is not what it should be is damaged. */
export async function readNpy(path: string): Promise<NpyArray> {
  const { handle, size } = await openFile(path, 'streamed').catch((error: NodeJS.ErrnoException) => {
    if (error instanceof RefusedFile)
      throw inputError(`${path} can't be read (${error.message}); give the path of a .npy file.`, error);
    const problem = error.code === 'ENOENT' ? 'does not exist' : `can't be read (${error.code})`;
    throw inputError(`${path} ${problem}; check the path.`, error);
  });
  try {
    const { type, half, swapped, fortran, shape, start } = await readHeader(handle, path);
    const count = shape.reduce((product, length) => product * length, 1);
    checkSize(path, { shape, needed: count * type.BYTES_PER_ELEMENT, bytes: size - start });
    const data = new type(count);
    await readFully(handle, new Uint8Array(data.buffer), start, path);
    if (swapped) swapBytes(Buffer.from(data.buffer), type.BYTES_PER_ELEMENT);
    const values = half ? Float32Array.from(data as Uint16Array, halfToFloat) : data;
    return { shape, data: fortran ? rowByRow(values, shape) : values };
  } finally {
    await handle.close();
  }
}

/** Most numbers of an array's dimensions that no value stands behind: a shape costs nothing to claim. */
const LONGEST_EMPTY = 1 << 20;
/** Share of the machine's memory that an array may take: others are made of it. */
const MOST_MEMORY = 0.5;

/** Before anything is allocated: what the header claims has to be what the file has, and what the machine can hold. */
function checkSize(
  path: string,
  { shape, needed, bytes }: { readonly shape: readonly number[]; readonly needed: number; readonly bytes: number },
): void {
  const described = `its shape (${shape.join(', ')})`;
  if (bytes !== needed) {
    const problem = bytes < needed ? 'is cut short' : 'holds more than one array';
    throw damagedError(`${path} ${problem}: ${described} needs ${needed} bytes and it has ${bytes}; save it again.`);
  }
  if (needed === 0 && shape.some((length) => length > LONGEST_EMPTY))
    throw damagedError(`${path} is not a usable .npy file: ${described} stands for no values; save it again.`);
  if (needed > MOST_MEMORY * totalmem() || needed > constants.MAX_LENGTH)
    throw inputError(
      `${path} needs ${(needed / 2 ** 30).toFixed(1)} GiB of memory, more than can be given to one array here; save fewer rows, or float32 instead of float64.`,
    );
}

/** Writes an array atomically, format version 1.0; the same bytes as numpy.save. */
export async function writeNpy(path: string, { shape, data }: NpyArray): Promise<void> {
  const count = shape.reduce((product, size) => product * size, 1);
  if (count !== data.length)
    throw new RangeError(`An array of shape (${shape.join(', ')}) has ${count} values, not ${data.length}.`);
  if (endianness() !== 'LE') throw new Error('Arrays can only be written on little-endian machines.');
  const descr = [...types].find(([, type]) => data instanceof type)![0];
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${sizes}), }`;
  const prefix = MAGIC.length + 4;
  const padded = Math.ceil((prefix + text.length + 1) / 64) * 64 - prefix; // the data start at a multiple of 64
  const header = Buffer.alloc(prefix + padded, ' ');
  MAGIC.copy(header);
  header.writeUInt8(1, 6);
  header.writeUInt8(0, 7);
  header.writeUInt16LE(padded, 8);
  header.write(text, prefix, 'latin1');
  header.write('\n', header.length - 1);
  const file = await AtomicFile.create(path);
  await file.write(header);
  await file.write(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  await file.commit();
}

interface Header {
  /** Of the values as they lie in the file. */
  readonly type: NpyType;
  readonly half: boolean;
  /** The bytes of each value stand in the other order than on this machine. */
  readonly swapped: boolean;
  /** The first index runs fastest. */
  readonly fortran: boolean;
  readonly shape: readonly number[];
  /** Where the data begin, in bytes. */
  readonly start: number;
}

async function readHeader(handle: FileHandle, path: string): Promise<Header> {
  const notNpy = (what: string) => damagedError(`${path} is not a usable .npy file: ${what}.`);
  const prefix = Buffer.alloc(12);
  const { bytesRead } = await handle.read(prefix, 0, 12, 0);
  if (bytesRead < 12 || !prefix.subarray(0, 6).equals(MAGIC)) throw notNpy(otherKind(prefix.subarray(0, bytesRead)));
  const version = prefix[6];
  if (version < 1 || version > 3) throw notNpy(`its format version ${version} is unknown`);
  const offset = version === 1 ? 10 : 12;
  const length = version === 1 ? prefix.readUInt16LE(8) : prefix.readUInt32LE(8);
  if (length > LONGEST_HEADER) throw notNpy('its header is too long');
  const buffer = Buffer.alloc(length);
  await readFully(handle, buffer, offset, path);
  const parsed = parseHeader(buffer.toString(version === 3 ? 'utf8' : 'latin1'));
  if (typeof parsed === 'string') throw notNpy(parsed);
  return { ...parsed, start: offset + length };
}

/** What a header says, or what is wrong with it. */
function parseHeader(text: string): Omit<Header, 'start'> | string {
  const descr = /'descr'\s*:\s*'([^']*)'/.exec(text)?.[1];
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1];
  const sizes = /'shape'\s*:\s*\(([\d\s,]*)\)/.exec(text)?.[1];
  if (order === undefined || sizes === undefined) return 'its header has no shape or order';
  const letters = descr?.replace(/^[<>=|]/, '') ?? '';
  const half = letters === HALF;
  const type = half
    ? Uint16Array
    : descr === TRUTH
      ? Uint8Array
      : (types.get(`<${letters}`) ?? types.get(`|${letters}`));
  if (type === undefined)
    return `its values are of type ${descr ?? '(structured)'}; save it as float16, float32, float64 or whole numbers`;
  const shape = sizes
    .split(',')
    .filter((size) => size.trim() !== '')
    .map(Number);
  if (!Number.isSafeInteger(shape.reduce((product, size) => product * size, 8))) return 'its shape is too large';
  const isNative = descr?.startsWith('=') || endianness() === (descr?.startsWith('>') ? 'BE' : 'LE');
  return { type, half, swapped: !isNative, fortran: order === 'True' && shape.length > 1, shape };
}

function otherKind(beginning: Buffer): string {
  const kind = fileKindOf(beginning);
  if (!kind) return 'it does not begin like one';
  return `it is ${kind.what}; ${kind.remedy ?? SAVE_ALONE}`;
}

const SAVE_ALONE =
  'save the array that is meant as a file of its own (numpy.save("rows.npy", numpy.load("arrays.npz")["name"]))';

function swapBytes(bytes: Buffer, size: number): void {
  if (size === 2) bytes.swap16();
  else if (size === 4) bytes.swap32();
  else if (size === 8) bytes.swap64();
}

/** The values of an array whose first index runs fastest, in the order in which the last one does. */
function rowByRow(data: NpyData, shape: readonly number[]): NpyData {
  const strides = shape.map((_, i) => shape.slice(0, i).reduce((product, size) => product * size, 1));
  const sorted = data.slice();
  const index = shape.map(() => 0);
  let from = 0;
  for (let to = 0; to < data.length; to++) {
    sorted[to] = data[from]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      from -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return sorted;
}

async function readFully(handle: FileHandle, target: Uint8Array, from: number, path: string): Promise<void> {
  if ((await fill(handle, target, from)).length < target.length)
    throw damagedError(`${path} is cut short; save it again.`);
}
