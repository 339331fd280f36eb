import { readdir, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isPixelFile, openPixelFile, PixelWriter } from '../../../src/engine/data/pixelFile';
import type { ImageShape } from '../../../src/shared/schema/dataset';
import { greyValues } from '../../support/pictures';
import { temporaryFolder } from '../../support/temporaryFolder';

const shape: ImageShape = { channels: 3, height: 300, width: 500 };
const size = 3 * 300 * 500;
const count = 12; // more than one piece of 4 MiB
const images = Array.from({ length: count }, (_, seed) => greyValues(seed, size, 1));
const image = (seed: number) => images[seed];

async function written(): Promise<string> {
  const path = join(await temporaryFolder(), 'pixels.u8');
  const writer = await PixelWriter.create(path, shape);
  for (let i = 0; i < count; i++) await writer.add(image(i));
  expect(isPixelFile(path, shape, count)).toBe(false);
  await writer.commit();
  return path;
}

describe('pixel file', () => {
  it.each([
    ['in memory', undefined],
    ['on disk', 0],
  ])('gives back every image, held %s, by its record', async (_, limit) => {
    const path = await written();
    expect(isPixelFile(path, shape, count)).toBe(true);
    expect(isPixelFile(path, shape, count + 1)).toBe(false);
    const records = Int32Array.from({ length: count }, (_, i) => (i * 5 + 3) % count);
    const store = openPixelFile(path, shape, records, limit);
    expect(store).toMatchObject({ count, ...shape });
    const target = new Uint8Array(size + 2);
    for (const [i, record] of records.entries()) {
      store.read(i, target, 1);
      expect(Buffer.compare(target.subarray(1, -1), image(record))).toBe(0);
    }
    expect([target[0], target.at(-1)]).toEqual([0, 0]);
    for (const i of [-1, count, 0.5, Number.NaN]) expect(() => store.read(i, target, 0)).toThrow(RangeError);
    expect(() => store.read(0, target, 3)).toThrow(RangeError);
    store.close();
    store.close();
    expect(() => store.read(0, target, 0)).toThrow('closed');
  });

  it('notices that the file has become shorter', async () => {
    const path = await written();
    const records = Int32Array.from({ length: count }, (_, i) => i);
    const store = openPixelFile(path, shape, records, 0);
    await truncate(path, size * 2 - 1);
    const target = new Uint8Array(size);
    store.read(0, target, 0);
    expect(() => store.read(1, target, 0)).toThrow(expect.objectContaining({ code: 'damaged' }));
    store.close();
    expect(() => openPixelFile(path, shape, records)).toThrow(expect.objectContaining({ code: 'damaged' }));
  });

  it('leaves nothing when it is discarded', async () => {
    const root = await temporaryFolder();
    const writer = await PixelWriter.create(join(root, 'pixels.u8'), shape);
    await writer.add(image(1));
    await writer.discard();
    expect(await readdir(root)).toEqual([]);
  });
});
