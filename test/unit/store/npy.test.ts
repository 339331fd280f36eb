import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type NpyData, readNpy, writeNpy } from '../../../src/engine/store/npy';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'npy-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** A file as NumPy writes it, put together by hand. */
function npyBytes(version: number, header: string, data: Uint8Array): Buffer {
  const length = Buffer.alloc(version === 1 ? 2 : 4);
  if (version === 1) length.writeUInt16LE(header.length);
  else length.writeUInt32LE(header.length);
  const magic = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0]);
  return Buffer.concat([magic, length, Buffer.from(header, 'latin1'), data]);
}

const bytesOf = (data: NpyData): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
const header = (descr: string, shape: string, order = 'False'): string =>
  `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': (${shape}), }\n`;

async function readBytes(bytes: Uint8Array): ReturnType<typeof readNpy> {
  const path = join(folder, 'read.npy');
  await writeFile(path, bytes);
  return readNpy(path);
}

describe('.npy files', () => {
  const samples: [string, NpyData][] = [
    ['<f4', Float32Array.of(1.5, -2, Number.NaN, 3e38, 0, -0)],
    ['<f8', Float64Array.of(1.5, -2, Number.POSITIVE_INFINITY, 1e300, 5e-324, -0)],
    ['|i1', Int8Array.of(-128, 127, 0, 1, 2, 3)],
    ['|u1', Uint8Array.of(0, 255, 1, 2, 3, 4)],
    ['<i2', Int16Array.of(-32768, 32767, 0, 1, 2, 3)],
    ['<u2', Uint16Array.of(0, 65535, 1, 2, 3, 4)],
    ['<i4', Int32Array.of(-(2 ** 31), 2 ** 31 - 1, 0, 1, 2, 3)],
    ['<u4', Uint32Array.of(0, 2 ** 32 - 1, 1, 2, 3, 4)],
    ['<i8', BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n, 0n, 1n, 2n, 3n)],
    ['<u8', BigUint64Array.of(0n, 2n ** 64n - 1n, 1n, 2n, 3n, 4n)],
  ];

  it.each(samples)('keep %s', async (descr, data) => {
    for (const shape of [[6], [2, 3], [3, 1, 2]]) {
      const path = join(folder, 'kept.npy');
      await writeNpy(path, { shape, data });
      expect(await readNpy(path)).toEqual({ shape, data });
      expect((await readFile(path)).toString('latin1')).toContain(`'descr': '${descr}'`);
    }
  });

  it('of half precision are read as single precision', async () => {
    const bits = Uint16Array.of(0x3c00, 0xc000, 0x3555, 0x7bff, 0x0001, 0x7c00); // 1, −2, 0.333, 65504, 2⁻²⁴, ∞
    const data = Float32Array.of(1, -2, 0.333251953125, 65504, 2 ** -24, Number.POSITIVE_INFINITY);
    expect(await readBytes(npyBytes(1, header('<f2', '2, 3'), bytesOf(bits)))).toEqual({ shape: [2, 3], data });
  });

  it.each([
    ['>f4', Float32Array.of(1.5, -2, 3e38, 0.1, 0, 7)],
    ['>f8', Float64Array.of(1.5, -2, 1e300, 0.1, 0, 7)],
    ['>i2', Int16Array.of(-32768, 258, 0, 1, 2, 3)],
    ['>u4', Uint32Array.of(0, 2 ** 32 - 1, 258, 1, 2, 3)],
    ['>i8', BigInt64Array.of(-(2n ** 63n), 258n, 0n, 1n, 2n, 3n)],
  ] as [string, NpyData][])('with the large byte first are read: %s', async (descr, data) => {
    const bytes = Buffer.from(Uint8Array.from(bytesOf(data)));
    const size = data.BYTES_PER_ELEMENT;
    for (let at = 0; at < bytes.length; at += size) bytes.subarray(at, at + size).reverse();
    expect(await readBytes(npyBytes(1, header(descr, '2, 3'), bytes))).toEqual({ shape: [2, 3], data });
  });

  it('of half precision with the large byte first, of truth values and of single bytes with any sign', async () => {
    const half = Uint8Array.of(0x3c, 0x00, 0xc0, 0x00);
    expect((await readBytes(npyBytes(1, header('>f2', '2,'), half))).data).toEqual(Float32Array.of(1, -2));
    const bytes = Uint8Array.of(0, 1, 1);
    for (const descr of ['|b1', '|u1', '<u1', '>u1'])
      expect((await readBytes(npyBytes(1, header(descr, '3,'), bytes))).data, descr).toEqual(bytes);
  });

  it('in Fortran order are read row by row', async () => {
    const flat = Int16Array.of(1, 4, 2, 5, 3, 6); // [[1, 2, 3], [4, 5, 6]] column by column
    expect(await readBytes(npyBytes(1, header('<i2', '2, 3', 'True'), bytesOf(flat)))).toEqual({
      shape: [2, 3],
      data: Int16Array.of(1, 2, 3, 4, 5, 6),
    });
    const shape = [2, 3, 4];
    const cube = Float32Array.from({ length: 24 }, (_, i) => i);
    const columns = new Float32Array(24);
    for (let i = 0; i < 2; i++)
      for (let j = 0; j < 3; j++) for (let k = 0; k < 4; k++) columns[i + 2 * j + 6 * k] = cube[(i * 3 + j) * 4 + k];
    const bytes = npyBytes(1, header('<f4', '2, 3, 4', 'True'), bytesOf(columns));
    expect(await readBytes(bytes)).toEqual({ shape, data: cube });
    const half = Uint16Array.of(0x3c00, 0xc000, 0x0000, 0x7bff); // column by column: [[1, 0], [−2, 65504]]
    expect((await readBytes(npyBytes(1, header('<f2', '2, 2', 'True'), bytesOf(half)))).data).toEqual(
      Float32Array.of(1, 0, -2, 65504),
    );
  });

  it('are read in all versions of the format', async () => {
    const data = Float32Array.of(1, 2, 3, 4, 5, 6);
    for (const version of [1, 2, 3])
      expect(await readBytes(npyBytes(version, header('<f4', '2, 3'), bytesOf(data)))).toEqual({ shape: [2, 3], data });
  });

  it('may hold a single number, nothing, or a vector marked as Fortran order', async () => {
    const one = Float64Array.of(7);
    expect(await readBytes(npyBytes(1, header('<f8', ''), bytesOf(one)))).toEqual({ shape: [], data: one });
    const nothing = new Float64Array(0);
    expect(await readBytes(npyBytes(1, header('<f8', '0, 5'), bytesOf(nothing)))).toEqual({
      shape: [0, 5],
      data: nothing,
    });
    expect(await readBytes(npyBytes(1, header('<f8', '1,', 'True'), bytesOf(one)))).toEqual({ shape: [1], data: one });
  });

  it('have the bytes that NumPy writes', async () => {
    const path = join(folder, 'bytes.npy');
    await writeNpy(path, { shape: [2, 1], data: Float32Array.of(1, -2) });
    const text = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1), }";
    const expected = npyBytes(1, `${text.padEnd(117)}\n`, bytesOf(Float32Array.of(1, -2)));
    expect(expected.length - 8).toBe(128); // the data start at a multiple of 64
    expect((await readFile(path)).equals(expected)).toBe(true);
  });

  it('are written from a view of a larger array', async () => {
    const path = join(folder, 'view.npy');
    await writeNpy(path, { shape: [2], data: Float32Array.of(1, 2, 3, 4).subarray(1, 3) });
    expect((await readNpy(path)).data).toEqual(Float32Array.of(2, 3));
  });

  it('are not written in a shape that does not fit', async () => {
    const path = join(folder, 'never.npy');
    await expect(writeNpy(path, { shape: [2, 2], data: Float32Array.of(1) })).rejects.toThrow(RangeError);
    await expect(readFile(path)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('of some size are read whole', async () => {
    const path = join(folder, 'large.npy');
    const data = Int32Array.from({ length: 20_000_000 }, (_, i) => i); // 80 MB, more than one piece
    await writeNpy(path, { shape: [4000, 5000], data });
    const read = await readNpy(path);
    expect(Buffer.compare(bytesOf(read.data), bytesOf(data))).toBe(0);
  });
});

describe('.npy files are refused', () => {
  const six = bytesOf(Float32Array.of(1, 2, 3, 4, 5, 6));
  it.each([
    ['text', Buffer.from('image,label\na.png,happy\n'), 'it does not begin like one'],
    ['nothing', Buffer.alloc(0), 'it does not begin like one'],
    ['an unknown version', npyBytes(9, header('<f4', '6,'), six), 'its format version 9 is unknown'],
    ['quadruple precision', npyBytes(1, header('<f16', '1,'), six), 'its values are of type <f16'],
    ['text values', npyBytes(1, header('<U3', '2,'), six), 'its values are of type <U3'],
    ['an archive of arrays', Buffer.from('PK\x03\x04-\0\0\0features.npy', 'latin1'), 'it is an archive (ZIP, .npz'],
    ['a packed array', Buffer.from('\x1f\x8b\x08\0\0\0\0\0\0\0', 'latin1'), 'it is packed with gzip'],
    ['a pickle', Buffer.from('\x80\x04\x95\0\0\0', 'latin1'), 'it is a Python pickle'],
    ['a pointer', Buffer.from('version https://git-lfs.github.com/spec/v1\n'), 'git lfs pull'],
    ['complex numbers', npyBytes(1, header('<c8', '3,'), six), 'its values are of type <c8'],
    ['objects', npyBytes(1, header('|O', '3,'), six), 'its values are of type |O'],
    [
      'structured values',
      npyBytes(1, "{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (6,), }\n", six),
      'its values are of type (structured)',
    ],
    ['no shape', npyBytes(1, "{'descr': '<f4', 'fortran_order': False}\n", six), 'its header has no shape or order'],
    ['an absurd shape', npyBytes(1, header('<f4', '99999999999, 99999999999'), six), 'its shape is too large'],
    ['an absurd header', npyBytes(2, ' '.repeat(2 << 20), six), 'its header is too long'],
    [
      'missing values',
      npyBytes(1, header('<f4', '7,'), six),
      'is cut short: its shape (7) needs 28 bytes and it has 24',
    ],
    ['additional values', npyBytes(1, header('<f4', '5,'), six), 'holds more than one array'],
  ])('%s', async (_, bytes, what) => {
    await expect(readBytes(bytes)).rejects.toMatchObject({
      code: 'damaged',
      message: expect.stringContaining(what),
    });
    await expect(readBytes(bytes)).rejects.toThrow(join(folder, 'read.npy'));
  });

  it('cut off anywhere', async () => {
    const path = join(folder, 'cut.npy');
    for (const size of [0, 5, 9, 11, 60, 127, 128, 151]) {
      await writeNpy(path, { shape: [6], data: Float32Array.of(1, 2, 3, 4, 5, 6) });
      await truncate(path, size);
      await expect(readNpy(path)).rejects.toMatchObject({ code: 'damaged' });
    }
  });

  it('that do not exist or are folders', async () => {
    await expect(readNpy(join(folder, 'none.npy'))).rejects.toMatchObject({
      code: 'input',
      message: `${join(folder, 'none.npy')} does not exist; check the path.`,
    });
    await expect(readNpy(folder)).rejects.toMatchObject({ code: 'input' });
  });
});
