import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodeImage, inspectImage } from '../../../src/engine/data/decode';
import { Room } from '../../../src/engine/data/room';
import { silentJob } from '../../../src/engine/job';
import { selectFromInput } from '../../../src/engine/select/select';
import { readNpy } from '../../../src/engine/store/npy';
import { strategyNamed } from '../../../src/engine/strategies/registry';
import { temporaryFolder } from '../../support/temporaryFolder';

/** A PNG that claims to be of that size, and is interlaced; of its pixels there is next to nothing. */
function claiming(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const frame = Buffer.alloc(8);
    frame.writeUInt32BE(data.length, 0);
    frame.writeUInt32BE(checksum(body), 4);
    return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 1], 8);
  const magic = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  return Buffer.concat([
    magic,
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(Buffer.alloc(64))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

const checksum = (bytes: Buffer): number => crc32(bytes);

describe('an image that claims to be larger than a photo', () => {
  it('is refused by what it claims, before it is decoded', async () => {
    for (const decode of [
      inspectImage,
      (file: Uint8Array) => decodeImage(file, { channels: 3, height: 8, width: 8 }),
    ]) {
      const started = performance.now();
      await expect(decode(claiming(16_000, 16_000))).rejects.toThrow(
        'it has 256 million pixels, and at most 128 million are read; make it smaller',
      );
      expect(performance.now() - started).toBeLessThan(5_000);
    }
  });

  it('is read where it is as large as phones make them', async () => {
    const create = { width: 12_000, height: 9_000, channels: 3, background: '#804020' } as const;
    const photo = await sharp({ create }).jpeg({ quality: 20 }).toBuffer();
    expect(await inspectImage(photo)).toMatchObject({ width: 12_000, height: 9_000, isGrey: false });
    const pixels = await decodeImage(photo, { channels: 3, height: 6, width: 8 });
    expect([pixels[0], pixels[48], pixels[96]]).toEqual([128, 64, 32].map((value) => expect.closeTo(value, -1)));
  });
});

describe('a room', () => {
  it('holds no more than fits, lets one that is too large in alone, and nobody waits for ever', async () => {
    const room = new Room(100);
    let [inside, most, done] = [0, 0, 0];
    const work = (bytes: number) =>
      room.during(bytes, async () => {
        inside += bytes;
        most = Math.max(most, bytes > 100 ? (inside === bytes ? 0 : 1e9) : inside);
        await new Promise((resolve) => setTimeout(resolve, 1));
        inside -= bytes;
        done++;
        if (bytes === 33) throw new Error('failed');
      });
    const wishes = [60, 60, 30, 10, 500, 33, 33, 90, 1, 500, 100, 7];
    await Promise.allSettled(wishes.map(work));
    expect({ done, inside }).toEqual({ done: wishes.length, inside: 0 });
    expect(most).toBeLessThanOrEqual(100);
    expect(most).toBeGreaterThan(60);
  });
});

/** A .npy file of that shape, and as many bytes after it. */
async function npy(shape: string, bytes: number, descr = '<f4'): Promise<string> {
  const path = join(await temporaryFolder(), 'a.npy');
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape}), }`.padEnd(118);
  const prefix = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length, 0]);
  await writeFile(path, Buffer.concat([prefix, Buffer.from(header, 'latin1')]));
  if (bytes > 0) await truncate(path, 128 + bytes);
  return path;
}

describe('an array', () => {
  it.each(['50000000, 0, 5', '1000000000000, 0, 5', '9000000000, 0', '0, 9000000000'])(
    'of the shape (%s), behind which nothing stands, is refused at once',
    async (shape) => {
      const path = await npy(shape, 0);
      await expect(readNpy(path)).rejects.toThrow(`its shape (${shape}) stands for no values`);
      const input = { k: 1, strategy: 'maxHerding', features: path, probabilities: path };
      await expect(selectFromInput(input, { baseDirectory: '/' }, silentJob)).rejects.toMatchObject({
        code: 'damaged',
      });
    },
  );

  it('that no machine could hold is refused with a sentence, before room is made for it', async () => {
    const path = await npy('2500000000, 100', 1e12);
    await expect(readNpy(path)).rejects.toMatchObject({
      code: 'input',
      message: expect.stringContaining('needs 931.3 GiB of memory, more than can be given to one array here'),
    });
  });
});

describe('select', () => {
  const select = (input: object) =>
    selectFromInput({ k: 1, strategy: 'coreset', ...input }, { baseDirectory: '/' }, silentJob);

  it('refuses a first row that the others do not have, before room is made for all', async () => {
    const features = [new Array(1_000_000).fill(0), ...new Array(1_000_000).fill([])];
    await expect(select({ features })).rejects.toThrow(
      'is ragged: row 1 (counted from 0) has 0 values and row 0 has 1000000',
    );
  });

  it.each(['coreset', 'badge', 'glister', 'maxHerding'])(
    'refuses values whose squares are no numbers for %s',
    async (strategy) => {
      const features = [
        [1e308, -1e308],
        [1, 2],
        [3, -1e308],
      ];
      const rest = {
        probabilities: [
          [0.5, 0.5],
          [0.1, 0.9],
          [1, 0],
        ],
        labelledFeatures: [[1, 2]],
        labelledLabels: [0],
      };
      await expect(select({ strategy, features, ...rest })).rejects.toThrow(
        'Row 0 of "features" (counted from 0) contains 1e+308; values up to 1000000000000000 can be compared',
      );
    },
  );

  it('refuses labels that are no classes', async () => {
    const rest = { features: [[1, 2]], labelledFeatures: [[1, 2]], strategy: 'coreset' };
    for (const label of [1e15, -1, 0.5])
      await expect(select({ ...rest, labelledLabels: [label] })).rejects.toMatchObject({ code: 'input' });
  });
});

describe('a hybrid strategy', () => {
  it('of thousands of parts is refused with a sentence', () => {
    const opening = Array.from({ length: 5_000 }, (_, i) => `{"until":${i + 1},"use":"random","then":`).join('');
    const nested = `${opening}"margin"${'}'.repeat(5_000)}`;
    const text = Array.from({ length: 5_000 }, (_, i) => `random-until-${i + 1}-then-`).join('');
    for (const description of [JSON.parse(nested), nested, `${text}margin`])
      expect(() => strategyNamed(description)).toThrow('A hybrid strategy has at most 20 parts');
  });

  it('of as many as anybody needs is none', () => {
    const text = Array.from({ length: 6 }, (_, i) => `${i % 2 ? 'random' : 'entropy'}-until-${i + 1}-then-`).join('');
    expect(strategyNamed(`${text}margin`).name).toBe(`${text}margin`);
  });
});
