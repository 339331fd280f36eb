import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Parameters } from '../../../src/engine/network/network';
import {
  decodeSafetensors,
  encodeSafetensors,
  readSafetensors,
  writeSafetensors,
} from '../../../src/engine/store/safetensors';
import { temporaryFolder } from '../../support/temporaryFolder';

const parameters: Parameters = new Map([
  ['stem.weight', { shape: [2, 1, 3, 3], data: Float32Array.from({ length: 18 }, (_, i) => Math.sin(i) * 1e-3) }],
  ['10', { shape: [], data: Float32Array.of(-0) }],
  ['head.bias', { shape: [3], data: Float32Array.of(1.5, Number.MIN_VALUE, 3.4e38) }],
  ['empty', { shape: [0, 4], data: new Float32Array(0) }],
  ['__proto__', { shape: [1], data: Float32Array.of(7) }],
]);

/** A file as anybody could write it: header object and bytes of data. */
function fileOf(header: unknown, dataBytes: number): Uint8Array {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = Buffer.alloc(8 + json.length + dataBytes);
  bytes.writeBigUInt64LE(BigInt(json.length));
  json.copy(bytes, 8);
  return bytes;
}

const tensor = (begin: number, end: number, shape: unknown = [(end - begin) / 4], dtype = 'F32') => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

describe('safetensors', () => {
  it('gives back the same numbers, shapes and metadata', async () => {
    const path = join(await temporaryFolder(), 'encoder.safetensors');
    await writeSafetensors(path, parameters, { preset: 'quick', note: '"ä" 🙂' });
    const { parameters: read, metadata } = await readSafetensors(path);
    expect(new Map(read)).toEqual(parameters);
    expect(Object.is(read.get('10')?.data[0], -0)).toBe(true);
    expect(metadata).toEqual({ preset: 'quick', note: '"ä" 🙂' });
    expect(await readdir(join(path, '..'))).toEqual(['encoder.safetensors']);
  });

  it('follows the format: little-endian length, JSON padded to 8, tensors without gaps', async () => {
    const bytes = Buffer.from(encodeSafetensors(parameters, { b: '1', a: '2' }));
    const length = Number(bytes.readBigUInt64LE(0));
    expect(length % 8).toBe(0);
    const header = JSON.parse(bytes.toString('utf8', 8, 8 + length)) as Record<string, ReturnType<typeof tensor>>;
    const { shape, data_offsets: offsets, dtype } = header['head.bias'];
    expect({ shape, dtype }).toEqual({ shape: [3], dtype: 'F32' });
    expect(bytes.readFloatLE(8 + length + offsets[0])).toBe(1.5);
    expect(bytes.length).toBe(8 + length + 4 * (18 + 1 + 3 + 1));
  });

  it('writes the same bytes whatever the order of insertion', () => {
    const reversed = new Map([...parameters].reverse());
    expect(encodeSafetensors(reversed, { a: '2', b: '1' })).toEqual(encodeSafetensors(parameters, { b: '1', a: '2' }));
  });

  it('writes only the numbers of a view into a larger array', () => {
    const data = Float32Array.from([9, 1, 2, 9]).subarray(1, 3);
    const read = decodeSafetensors(encodeSafetensors(new Map([['w', { shape: [2], data }]])), 'f').parameters;
    expect([...(read.get('w')?.data ?? [])]).toEqual([1, 2]);
  });

  it('reads a header that is not padded', () => {
    const { parameters: read } = decodeSafetensors(fileOf({ w: tensor(0, 8, [2, 1]) }, 8), 'f');
    expect(read.get('w')?.shape).toEqual([2, 1]);
  });

  it('refuses to write values that do not fill their shape', () => {
    expect(() => encodeSafetensors(new Map([['w', { shape: [3], data: new Float32Array(2) }]]))).toThrow(RangeError);
  });

  it.each<[string, Uint8Array, string]>([
    ['an empty file', new Uint8Array(0), '0 bytes'],
    ['a header longer than the file', fileOf({}, 0).subarray(0, 9), 'ends before its header'],
    ['a huge length', Buffer.alloc(64, 0xff), 'ends before its header'],
    ['a header that is no JSON', fileOf('{"w": ', 8), 'not JSON'],
    ['a header that is a list', fileOf([], 0), 'no object'],
    ['another type', fileOf({ w: tensor(0, 8, [2], 'F64') }, 8), '"F64"'],
    ['a shape of something else', fileOf({ w: tensor(0, 8, ['2']) }, 8), 'no valid shape'],
    ['a negative dimension', fileOf({ w: tensor(0, 8, [-2, -1]) }, 8), 'no valid shape'],
    ['a shape that does not fit', fileOf({ w: tensor(0, 8, [3]) }, 8), '8 bytes'],
    ['offsets beyond the end', fileOf({ w: tensor(0, 16) }, 12), 'truncated'],
    ['offsets backwards', fileOf({ w: tensor(8, 0, [2]) }, 8), '-8 bytes'],
    ['overlapping tensors', fileOf({ a: tensor(0, 8), b: tensor(4, 12) }, 12), 'overlaps'],
    ['a gap', fileOf({ a: tensor(0, 4), b: tensor(8, 12) }, 12), 'gap'],
    ['bytes after the end', fileOf({ a: tensor(0, 4) }, 12), '8 bytes follow'],
    ['metadata that are no strings', fileOf({ __metadata__: { a: 1 } }, 0), 'metadata'],
    ['an entry that is nothing', fileOf({ a: null }, 0), 'no description'],
  ])('refuses %s', async (_, bytes, words) => {
    const path = join(await temporaryFolder(), 'broken.safetensors');
    await writeFile(path, bytes);
    await expect(readSafetensors(path)).rejects.toMatchObject({
      code: 'damaged',
      message: expect.stringMatching(/broken\.safetensors.*/),
    });
    await expect(readSafetensors(path)).rejects.toThrow(words);
  });

  it('notices every truncation of a good file', async () => {
    const bytes = encodeSafetensors(parameters, { a: 'b' });
    for (let length = 0; length < bytes.length; length += 5)
      expect(() => decodeSafetensors(bytes.subarray(0, length), 'f')).toThrow(/^f is not a usable safetensors file/);
  });

  it('says that a file is missing', async () => {
    const path = join(await temporaryFolder(), 'none.safetensors');
    await expect(readSafetensors(path)).rejects.toMatchObject({ code: 'input' });
    await expect(readFile(path)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
