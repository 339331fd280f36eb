import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBlazeFace } from '../../../src/engine/faces/blazeFace';
import { detectFaces } from '../../../src/engine/faces/detect';
import { distance } from '../../../src/engine/faces/geometry';
import type { FaceNetwork } from '../../../src/engine/faces/network';
import { cutFace, readPhoto } from '../../../src/engine/faces/photo';
import { placeOf, squareOf } from '../../../src/engine/faces/place';
import { silentJob } from '../../../src/engine/job';
import { ensureBuilt } from '../../support/built';
import { projectFolder } from '../../support/folders';
import { groupPhoto, type Posed } from '../../support/groupPhotos';

let network: FaceNetwork;

beforeAll(async () => {
  await ensureBuilt();
  network = await openBlazeFace(1, join(projectFolder, 'dist/encoders'));
}, 60_000);
afterAll(() => network.dispose());

const placesIn = async (photo: Uint8Array) =>
  (await detectFaces(await readPhoto(photo), network, silentJob)).map(placeOf);
const sorted = (values: readonly number[]) => [...values].sort((a, b) => a - b);
const median = (values: readonly number[]) => sorted(values)[values.length >> 1]!;

describe('faces in a photo', () => {
  it('are all found, near and far, turned, at the edge, and each once', async () => {
    const people: Posed[] = [
      { person: 0, x: 330, y: 420, size: 520 },
      { person: 3, x: 900, y: 300, size: 150, turned: 25 },
      { person: 5, x: 1150, y: 300, size: 150, turned: -30 },
      { person: 7, x: 1420, y: 330, size: 90 },
      { person: 9, x: 1000, y: 800, size: 260 },
      { person: 11, x: 1500, y: 900, size: 200 },
    ];
    const places = (await placesIn(await groupPhoto(1600, 1000, people))).map(squareOf);
    expect(places.length).toBe(people.length);
    for (const { x, y, size, turned = 0 } of people) {
      const place = places.find(({ centre }) => distance(centre, { x, y }) < size / 4);
      expect(place, `the face at ${x}, ${y}`).toBeDefined();
      expect(Math.abs((place!.angle * 180) / Math.PI - turned)).toBeLessThan(18); // some hold their heads askew
    }
  });

  it('are not seen in an empty room', async () => {
    expect(await placesIn(await groupPhoto(1200, 800, []))).toEqual([]);
  });

  it('stand in the pixels of the photo, also where it lies on its side or is too large to be read whole', async () => {
    const upright = await groupPhoto(900, 600, [{ person: 0, x: 300, y: 300, size: 300 }]);
    const [place] = await placesIn(upright);
    const lying = await sharp(upright).rotate(-90).withMetadata({ orientation: 6 }).jpeg({ quality: 95 }).toBuffer();
    const [same] = await placesIn(lying);
    expect(Math.abs(same!.left - place!.left) + Math.abs(same!.top - place!.top)).toBeLessThan(12);
    const huge = await sharp(upright).resize(6300, 4200).jpeg().toBuffer();
    expect((await readPhoto(huge)).image.width).toBeLessThan(5000);
    const [large] = await placesIn(huge);
    expect(Math.abs(large!.side / 7 / place!.side - 1)).toBeLessThan(0.06);
  });
});

describe('a face that is cut out', () => {
  it('is upright, and its eyes are where those of FER2013 are', async () => {
    const bytes = await groupPhoto(800, 800, [{ person: 3, x: 400, y: 400, size: 400, turned: 28 }]);
    const photo = await readPhoto(bytes);
    const [face] = await detectFaces(photo, network, silentJob);
    const png = await cutFace(photo, placeOf(face!));
    const { width, height } = await sharp(png!).metadata();
    expect([width, height]).toEqual([224, 224]);
    const framed = await sharp(png!).extend({ top: 100, bottom: 100, left: 100, right: 100, background: '#7f7f7f' });
    const [again] = await detectFaces(await readPhoto(await framed.png().toBuffer()), network, silentJob);
    const inside = ({ x, y }: { x: number; y: number }) => ({ x: (x - 100) / 224, y: (y - 100) / 224 });
    const [left, right] = [inside(again!.leftEye), inside(again!.rightEye)];
    expect(Math.abs(left.y - right.y)).toBeLessThan(0.06);
    expect((left.x + right.x) / 2).toBeCloseTo(0.5, 1);
    expect((left.y + right.y) / 2).toBeCloseTo(0.4, 1);
  });

  it('keeps its pixels where it is small, and has black nowhere where it reaches over the edge', async () => {
    const photo = await readPhoto(await groupPhoto(400, 300, [{ person: 0, x: 250, y: 150, size: 200 }]));
    const png = await cutFace(photo, { left: -40, top: -20, side: 130, turned: 0 });
    const { width } = await sharp(png!).metadata();
    expect(width).toBe(130);
    const { channels } = await sharp(png!).extract({ left: 0, top: 0, width: 30, height: 15 }).stats();
    expect(Math.min(...channels.map(({ min }) => min))).toBeGreaterThan(20);
    expect(await cutFace(photo, { left: 900, top: 900, side: 100, turned: 0 })).toBeNull();
  });
});

const faces = join(projectFolder, '../shared/data/fer13-mini/val');

describe.skipIf(!existsSync(faces))("FER2013's own faces, several on a wall", () => {
  it('are found and cut out as tight as they were', async () => {
    const files = readdirSync(faces).flatMap((name) =>
      readdirSync(join(faces, name))
        .slice(0, 4)
        .map((file) => join(faces, name, file)),
    );
    const [columns, cell, size] = [7, 260, 144];
    const parts = await Promise.all(
      files.map(async (file, i) => ({
        input: await sharp(file).resize(size, size).png().toBuffer(),
        left: (i % columns) * cell + 58,
        top: Math.floor(i / columns) * cell + 58,
      })),
    );
    const wall = { width: columns * cell, height: Math.ceil(files.length / columns) * cell, channels: 3 as const };
    const photo = await sharp({ create: { ...wall, background: '#7f7f7f' } })
      .composite(parts)
      .png()
      .toBuffer();
    const places = (await placesIn(photo)).map(squareOf);
    const near = parts.flatMap(({ left, top }) => {
      const middle = { x: left + size / 2, y: top + size / 2 };
      const place = places.find(({ centre }) => distance(centre, middle) < size / 3);
      return place ? [{ side: place.side / size, off: distance(place.centre, middle) / size }] : [];
    });
    expect(near.length).toBeGreaterThanOrEqual(0.7 * files.length);
    expect(places.length - near.length).toBeLessThanOrEqual(1);
    expect(Math.abs(median(near.map(({ side }) => side)) - 1)).toBeLessThan(0.1);
    expect(median(near.map(({ off }) => off))).toBeLessThan(0.08);
  });
});
