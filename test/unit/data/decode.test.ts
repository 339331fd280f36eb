import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodeImage, inspectImage, problemOf, reshapeGrey } from '../../../src/engine/data/decode';
import { chooseForm } from '../../../src/engine/data/imageShape';
import { openImageFolder } from '../../../src/engine/data/importers/imageFolder';
import { silentJob } from '../../../src/engine/job';
import type { ImageShape } from '../../../src/shared/schema/dataset';
import { greyValues, type PictureOptions, picture, writeFiles } from '../../support/pictures';
import { temporaryFolder } from '../../support/temporaryFolder';

const shape = (channels: 1 | 3, height: number, width: number): ImageShape => ({ channels, height, width });

describe('decodeImage', () => {
  it('leaves grey pixels of the right size as they are', async () => {
    const bytes = await picture('a.png', { seed: 5, width: 12, height: 10 });
    expect(new Uint8Array(await decodeImage(bytes, shape(1, 10, 12)))).toEqual(greyValues(5, 12, 10));
  });

  it.each([
    ['png', 1],
    ['png', 3],
    ['jpeg', 1],
    ['jpeg', 3],
    ['webp', 3],
    ['tiff', 1],
    ['palette', 3],
    ['interlaced', 3],
    ['profile', 3],
    ['turned', 3],
    ['upside down', 1],
  ] as const)('makes of %s with %i channels, of the right size, what it makes of any other', async (kind, channels) => {
    const [width, height] = [20, 24];
    const raw = sharp(greyValues(7, width * channels, height), { raw: { width, height, channels } });
    const grey = raw.toColourspace(channels === 1 ? 'b-w' : 'srgb');
    const forms = {
      png: () => grey.png(),
      jpeg: () => grey.jpeg({ quality: 60 }),
      webp: () => grey.webp({ quality: 50 }),
      tiff: () => grey.tiff(),
      palette: () => grey.png({ palette: true, colours: 16 }),
      interlaced: () => grey.png({ progressive: true }),
      profile: () => grey.withIccProfile('p3').png(),
      turned: () => grey.withMetadata({ orientation: 3 }).jpeg(),
      'upside down': () => grey.withMetadata({ orientation: 4 }).png(),
    };
    const bytes = await forms[kind]().toBuffer();
    const interleaved = await sharp(bytes, { failOn: 'error' })
      .autoOrient()
      .flatten({ background: '#000' })
      .resize(width, height, { fit: 'cover' })
      .toColourspace(channels === 1 ? 'b-w' : 'srgb')
      .raw({ depth: 'uchar' })
      .toBuffer();
    const planes = [...Array(channels).keys()].flatMap((c) => [...interleaved].filter((_, i) => i % channels === c));
    expect([...(await decodeImage(bytes, shape(channels, height, width)))]).toEqual(planes);
  });

  it('gives colour channel by channel', async () => {
    const bytes = await picture('a.png', { seed: 5, width: 3, height: 2, colour: true });
    const interleaved = greyValues(5, 9, 2);
    const planes = [0, 1, 2].flatMap((c) => [...Array(6).keys()].map((i) => interleaved[3 * i + c]));
    expect([...(await decodeImage(bytes, shape(3, 2, 3)))]).toEqual(planes);
  });

  it('turns images upright as EXIF says', async () => {
    const upright = await sharp(greyValues(2, 8, 6), { raw: { width: 8, height: 6, channels: 1 } })
      .png()
      .toBuffer();
    // Stored turned to the left; orientation 6 says: turn it to the right.
    const turned = await sharp(upright).rotate(270).withMetadata({ orientation: 6 }).png().toBuffer();
    expect(await inspectImage(turned)).toMatchObject({ width: 8, height: 6 });
    expect(await decodeImage(turned, shape(1, 6, 8))).toEqual(await decodeImage(upright, shape(1, 6, 8)));
  });

  it('covers the shape and crops around the middle', async () => {
    const values = Uint8Array.from({ length: 30 * 10 }, (_, i) => (i % 30 < 10 ? 0 : i % 30 < 20 ? 200 : 50));
    const bytes = await sharp(values, { raw: { width: 30, height: 10, channels: 1 } })
      .png()
      .toBuffer();
    expect(new Set(await decodeImage(bytes, shape(1, 10, 10)))).toEqual(new Set([200]));
  });

  it.each(['grey16', 'rgb16'] as const)('reads 16 bits (%s)', async (space) => {
    const values = Uint16Array.from({ length: 64 }, (_, i) => i * 257);
    const grey = await sharp(values, { raw: { width: 8, height: 8, channels: 1 } })
      .toColourspace('grey16')
      .png()
      .toBuffer();
    const bytes = space === 'grey16' ? grey : await sharp(grey).toColourspace('rgb16').png().toBuffer();
    expect((await sharp(bytes).metadata()).depth).toBe('ushort');
    expect([...(await decodeImage(bytes, shape(1, 8, 8)))]).toEqual([...Array(64).keys()]);
  });

  it.each(['cmyk.jpg', 'palette.png', 'alpha.png', 'a.webp', 'a.gif', 'a.tiff', 'a.avif'])('reads %s', async (name) => {
    const image = sharp({
      create: { width: 20, height: 20, channels: 4, background: { r: 200, g: 40, b: 90, alpha: 1 } },
    });
    const formats: Record<string, () => Promise<Buffer>> = {
      'cmyk.jpg': () => image.flatten().toColourspace('cmyk').jpeg().toBuffer(),
      'palette.png': () => image.png({ palette: true }).toBuffer(),
      'alpha.png': () => image.png().toBuffer(),
    };
    const bytes = await (formats[name] ?? (() => image.toFormat(name.slice(2) as 'webp').toBuffer()))();
    const pixels = await decodeImage(bytes, shape(3, 20, 20));
    expect(pixels).toHaveLength(1200);
    if (name !== 'cmyk.jpg')
      for (const [c, value] of [200, 40, 90].entries())
        expect(Math.abs(pixels[c * 400 + 210] - value)).toBeLessThan(12);
    expect(await decodeImage(bytes, shape(1, 20, 20))).toHaveLength(400);
  });

  it('shows transparent parts black', async () => {
    const clear = {
      create: { width: 4, height: 4, channels: 4, background: { r: 255, g: 255, b: 255, alpha: 0 } },
    } as const;
    expect(new Set(await decodeImage(await sharp(clear).png().toBuffer(), shape(1, 4, 4)))).toEqual(new Set([0]));
  });

  it.each(['png', 'jpg'])('refuses a truncated %s and says so', async (kind) => {
    const bytes = await picture(`a.${kind}`, { width: 64, height: 64 });
    for (const share of [0.2, 0.5, 0.9]) {
      const cut = bytes.subarray(0, Math.floor(bytes.length * share));
      const error = await decodeImage(cut, shape(1, 64, 64)).catch((e: unknown) => e);
      expect(problemOf(error, `a.${kind}`)).toMatch(/^it is (truncated or damaged|not an image)/);
    }
  });

  it('tells why a file is no image', async () => {
    const problem = (bytes: Buffer, name: string) =>
      decodeImage(bytes, shape(1, 8, 8)).then(String, (error: unknown) => problemOf(error, name));
    expect(await problem(Buffer.alloc(0), 'a.png')).toBe('the file is empty');
    expect(await problem(Buffer.from('hello'), 'a.png')).toMatch(/^it is not an image/);
    expect(await problem(Buffer.from('BM...'), 'a.bmp')).toContain('convert it to PNG');
    expect(problemOf(Object.assign(new Error('x'), { code: 'EACCES' }), 'a')).toContain('permission');
  });

  it('reshapes grey values', async () => {
    const grey = greyValues(1, 48, 48);
    expect(await reshapeGrey(grey, { height: 48, width: 48 }, shape(1, 48, 48))).toBe(grey);
    const colour = await reshapeGrey(grey, { height: 48, width: 48 }, shape(3, 48, 48));
    expect([...colour]).toEqual([...grey, ...grey, ...grey]);
    expect(await reshapeGrey(grey, { height: 48, width: 48 }, shape(1, 24, 24))).toHaveLength(576);
  });
});

describe('chooseForm', () => {
  async function shapeOf(pictures: readonly PictureOptions[], options: { imageSize?: number; channels?: 1 | 3 } = {}) {
    const root = await temporaryFolder();
    await writeFiles(root, Object.fromEntries(pictures.map((p, i) => [`${i % 2 ? 'a' : 'b'}/${i}.jpg`, p])));
    const source = await openImageFolder(root, { exclude: '', frontalOnly: false, seed: 0 }, silentJob);
    return (await chooseForm(source, options, silentJob)).shape;
  }
  const many = (n: number, p: PictureOptions) => Array.from({ length: n }, (_, seed) => ({ ...p, seed }));

  it('takes the most common size when it is small', async () => {
    const pictures = [...many(5, { width: 40, height: 50 }), ...many(3, { width: 100, height: 100 })];
    expect(await shapeOf(pictures)).toEqual(shape(1, 50, 40));
  });

  it('scales larger images to a longest side of 96', async () => {
    expect(await shapeOf(many(3, { width: 400, height: 300 }))).toEqual(shape(1, 72, 96));
  });

  it('takes a square when no size is common', async () => {
    const pictures = [20, 21, 22, 23, 24].map((n) => ({ width: n, height: 2 * n }));
    expect(await shapeOf(pictures)).toEqual(shape(1, 22, 22));
  });

  it('is grey when nearly all images are, also when they are stored as RGB', async () => {
    const root = await temporaryFolder();
    const grey = await sharp(await picture('x.png'))
      .toColourspace('srgb')
      .jpeg()
      .toBuffer();
    expect((await sharp(grey).metadata()).channels).toBe(3);
    const files = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`${i % 2 ? 'a' : 'b'}/${i}.jpg`, grey]));
    await writeFiles(root, { ...files, 'a/colour.png': { colour: true } });
    const open = () => openImageFolder(root, { exclude: '', frontalOnly: false, seed: 0 }, silentJob);
    expect((await chooseForm(await open(), {}, silentJob)).shape).toEqual(shape(1, 16, 16));
    await writeFiles(root, { 'a/colour2.png': { colour: true }, 'b/colour3.png': { colour: true } });
    expect((await chooseForm(await open(), {}, silentJob)).shape).toEqual(shape(3, 16, 16));
  });

  it('does what the options say', async () => {
    expect(await shapeOf(many(2, { width: 40, height: 50 }), { imageSize: 32, channels: 3 })).toEqual(shape(3, 32, 32));
    expect(await shapeOf(many(2, { width: 40, height: 50 }), { channels: 3 })).toEqual(shape(3, 50, 40));
  });

  it('survives files that are no images', async () => {
    const root = await temporaryFolder();
    await writeFiles(root, { 'a/1.png': 'no', 'b/2.png': { width: 10, height: 12 }, 'a/3.png': '' });
    const source = await openImageFolder(join(root), { exclude: '', frontalOnly: false, seed: 0 }, silentJob);
    expect((await chooseForm(source, {}, silentJob)).shape).toEqual(shape(1, 12, 10));
  });
});
