import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodeImage, inspectImage, problemOf } from '../../../src/engine/data/decode';
import { levelsOf, plainImage } from '../../../src/engine/data/plainImage';
import { type TiffOptions, tiff } from '../../support/tiff';

const SIDE = 16;
const shape = { channels: 1, height: SIDE, width: SIDE } as const;

/** Brighter from left to right, from black to white. */
function ramp(black: number, white: number, options: Omit<TiffOptions, 'width' | 'height'>): Buffer {
  const { channels = 1 } = options;
  const at = (i: number) => black + ((white - black) * (Math.floor(i / channels) % SIDE)) / (SIDE - 1);
  const values = Array.from({ length: SIDE * SIDE * channels }, (_, i) =>
    options.kind === 'float' ? at(i) : Math.round(at(i)),
  );
  return tiff(values, { width: SIDE, height: SIDE, ...options });
}

/** The first row, as decoded for a dataset that has this image alone. */
async function firstRow(file: Buffer): Promise<number[]> {
  const { deep } = await inspectImage(file);
  const levels = deep ? { [deep.depth]: [...levelsOf(deep.depth, deep)] as [number, number] } : {};
  return [...(await decodeImage(file, shape, { levels })).subarray(0, SIDE)];
}

const expected = Array.from({ length: SIDE }, (_, i) => 17 * i);
const near = (row: readonly number[]) => Math.max(...row.map((value, i) => Math.abs(value - expected[i])));

describe('images of more than 8 bits', () => {
  it.each<[string, Buffer]>([
    ['floats to 1', ramp(0, 1, { kind: 'float', bits: 32 })],
    ['floats to 255, big-endian', ramp(0, 255, { kind: 'float', bits: 32, bigEndian: true })],
    ['floats to 65535', ramp(0, 65535, { kind: 'float', bits: 32 })],
    ['floats that mean nothing known', ramp(-3000, 120_000, { kind: 'float', bits: 32 })],
    ['floats from −1 to 1', ramp(-1, 1, { kind: 'float', bits: 32 })],
    ['small floats', ramp(0, 0.01, { kind: 'float', bits: 32 })],
    ['colours as floats', ramp(0, 1, { kind: 'float', bits: 32, channels: 3 })],
    ['16 bits', ramp(0, 65535, { kind: 'uint', bits: 16 })],
    ['14 bits in 16', ramp(0, 16383, { kind: 'uint', bits: 16 })],
    ['12 bits in 16, colour', ramp(0, 4095, { kind: 'uint', bits: 16, channels: 3 })],
    ['8 bits in 16', ramp(0, 255, { kind: 'uint', bits: 16 })],
    ['16 bits with a sign', ramp(0, 32767, { kind: 'int', bits: 16 })],
    ['below zero, big-endian', ramp(-1024, 3071, { kind: 'int', bits: 16, bigEndian: true })],
    ['32 bits', ramp(0, 4_294_967_295, { kind: 'uint', bits: 32 })],
    ['12 bits in 32', ramp(0, 4095, { kind: 'uint', bits: 32 })],
    ['32 bits with a sign', ramp(-500, 70_000, { kind: 'int', bits: 32 })],
    ['8 bits with a sign', ramp(-128, 127, { kind: 'int', bits: 8 })],
  ])('keep their shades: %s', async (_, file) => {
    expect(near(await firstRow(file))).toBeLessThanOrEqual(2);
  });

  it.each([-9999, -32_768, -3.4e38, 3.4e38, Number.NaN])(
    'are not darkened by %d, which says that there is nothing',
    async (nothing) => {
      const values = Array.from({ length: SIDE * SIDE }, (_, i) =>
        i < SIDE * (SIDE - 1) ? (i % SIDE) / (SIDE - 1) : nothing,
      );
      const file = tiff(values, { width: SIDE, height: SIDE, kind: 'float', bits: 32 });
      expect(near(await firstRow(file))).toBeLessThanOrEqual(2);
    },
  );

  it('keep what lies among other numbers', async () => {
    expect(near(await firstRow(ramp(-9999, 9999, { kind: 'float', bits: 32 })))).toBeLessThanOrEqual(2);
  });

  it('are refused where they are floats of 16 bits, which would become black', async () => {
    const file = ramp(0x3000, 0x3c00, { kind: 'float', bits: 16 });
    await expect(inspectImage(file)).rejects.toThrow(/floating-point numbers of 16 bits/);
  });

  it('are never black for want of levels', async () => {
    const row = (await decodeImage(ramp(0, 1, { kind: 'float', bits: 32 }), shape)).subarray(0, SIDE);
    expect(near([...row])).toBeLessThanOrEqual(2);
  });

  it('share the levels of their dataset: a dark one stays dark', async () => {
    const dark = ramp(0, 1000, { kind: 'uint', bits: 16 });
    const pixels = await decodeImage(dark, shape, { levels: { ushort: [0, 4095] } });
    expect(Math.max(...pixels)).toBeGreaterThan(55);
    expect(Math.max(...pixels)).toBeLessThan(70);
  });

  it('show numbers that are none as black', async () => {
    const values = Array.from({ length: SIDE * SIDE }, (_, i) => (i % 2 ? Number.NaN : 1));
    const file = tiff(values, { width: SIDE, height: SIDE, kind: 'float', bits: 32 });
    expect(await firstRow(file)).toEqual(Array.from({ length: SIDE }, (_, i) => (i % 2 ? 0 : 255)));
  });

  it('are named where they cannot be read', async () => {
    const file = ramp(0, 1, { kind: 'float', bits: 64 });
    const error = await decodeImage(file, shape).catch((e: unknown) => e);
    expect(problemOf(error, 'a.tif')).toMatch(
      /^it is written in a way that is not supported .*; convert it to PNG or JPEG$/,
    );
  });
});

describe('images of 8 bits', () => {
  const glyph = (ink: number) => {
    const data = Uint8Array.from({ length: SIDE * SIDE * 4 }, (_, i) => (i % 4 === 3 ? (i < 300 ? 255 : 0) : ink));
    return sharp(data, { raw: { width: SIDE, height: SIDE, channels: 4 } })
      .png()
      .toBuffer();
  };

  it('are not touched where nothing has to be decided', async () => {
    const plain = await sharp({ create: { width: 4, height: 4, channels: 3, background: '#888' } })
      .png()
      .toBuffer();
    expect(await plainImage(plain, await sharp(plain).metadata(), { ground: 'white' })).toBe(plain);
    const seeThrough = await glyph(0);
    expect(await plainImage(seeThrough, await sharp(seeThrough).metadata())).toBe(seeThrough);
  });

  it('show what is drawn on a transparent ground', async () => {
    const pixels = await decodeImage(await glyph(0), shape, { ground: 'white' });
    expect([pixels[0], pixels.at(-1)]).toEqual([0, 255]);
    expect((await inspectImage(await glyph(0))).shown).toBe(0);
    expect((await inspectImage(await glyph(255))).shown).toBeCloseTo(255, 0);
  });

  it('are shown as a whole, with bars that continue their edges or are of the ground', async () => {
    const wide = await sharp(
      Uint8Array.from({ length: 32 * 8 }, (_, i) => (i < 128 ? 200 : 100)),
      { raw: { width: 32, height: 8, channels: 1 } },
    )
      .png()
      .toBuffer();
    const column = async (fit: 'pad' | 'contain' | 'cover') => {
      const pixels = await decodeImage(wide, shape, { fit, ground: 'white' });
      return [0, 1, 5, 7, 8, 15].map((y) => 10 * Math.round(pixels[y * SIDE] / 10));
    };
    expect(await column('pad')).toEqual([200, 200, 200, expect.any(Number), expect.any(Number), 100]);
    expect(await column('contain')).toEqual([260, 260, 260, expect.any(Number), expect.any(Number), 260]);
    expect((await column('cover'))[0]).toBe(200);
  });
});
