import { join } from 'node:path';
import sharp from 'sharp';
import { groupPhoto, writePhoto } from './groupPhotos';
import { greyValues, writeFiles } from './pictures';

/** What can't be read in it, by id. */
export const unreadable: Readonly<Record<string, RegExp>> = {
  'junk/cut.jpg': /truncated or damaged/,
  'junk/empty.png': /empty/,
  'junk/page.png': /web page/,
  'junk/pointer.jpg': /git LFS/i,
  'junk/portrait.heic': /HEIC/,
};

/** Photos of several people in it, of which two lie in a folder that is named like a part. */
export const photos = 8;
/** Small images of several formats that can be read. */
export const small = 5;

const heic = Buffer.from('\0\0\0\x18ftypheic\0\0\0\0heicmif1', 'latin1');
const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 12345\n`;

/** A folder as people have them: phone photos of several people by trips, a few classes, other formats, junk, and what programs leave. */
export async function writeWorstFolder(folder: string): Promise<void> {
  const places = ['2019-05 Berlin', '2020 Rom', '', 'test'];
  for (let i = 0; i < photos; i++) {
    const people = [
      { person: 3 * i, x: 260, y: 320, size: 360 },
      { person: 3 * i + 1, x: 760, y: 300, size: 300, turned: i % 2 === 0 ? 15 : 0 },
    ];
    const photo = sharp(await groupPhoto(1100, 700, people)).resize(1600);
    const upright =
      i % 3 === 0 ? photo.withMetadata({ orientation: 1 }) : photo.rotate(90).withMetadata({ orientation: 8 });
    const file = await upright.jpeg({ quality: 95 }).toBuffer();
    await writePhoto(join(folder, places[i % places.length] ?? '', `IMG_${i}.jpg`), file);
  }
  const grey = sharp(greyValues(3, 60, 40), { raw: { width: 60, height: 40, channels: 1 } });
  await writeFiles(folder, {
    'happy/1.png': { seed: 1, width: 60, height: 40 },
    'happy/2.webp': await grey.clone().webp().toBuffer(),
    'happy/3.gif': await grey.clone().negate().gif().toBuffer(),
    'sad/4.tif': await grey.clone().flip().tiff().toBuffer(),
    'sad/5.jpg': { seed: 5, width: 40, height: 60, colour: true },
    'junk/cut.jpg': (await groupPhoto(300, 200, [{ person: 1, x: 150, y: 100, size: 180 }])).subarray(0, 3000),
    'junk/empty.png': '',
    'junk/page.png': '<!DOCTYPE html><html><body>Not found</body></html>',
    'junk/pointer.jpg': pointer,
    'junk/portrait.heic': heic,
    '@eaDir/IMG_0.jpg': 'a small picture of a network drive',
    '.picasa/IMG_0.jpg': 'hidden',
    'notes.txt': 'who is who',
    'Thumbs.db': 'a program left it',
  });
}
