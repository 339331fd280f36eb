import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';

const SIDE = 12;
const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const AT_ONCE = 64;

/** A grey PNG of 12×12 pixels that no other number gives. */
export function numberedImage(number: number): Buffer {
  const rows = Buffer.alloc(SIDE * (SIDE + 1)); // one filter byte before each row
  for (let y = 0; y < SIDE; y++)
    for (let x = 0; x < SIDE; x++) rows[y * (SIDE + 1) + 1 + x] = (x * 13 + y * 7 + number * 31) & 0xff;
  for (let byte = 0; byte < 4; byte++) rows[1 + byte] = (number >>> (8 * byte)) & 0xff;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(SIDE, 0);
  header.writeUInt32BE(SIDE, 4);
  header[8] = 8; // bits; colour type 0 is grey
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: 0 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(typed));
  return Buffer.concat([length, typed, check]);
}

/** Writes different images into `folder/<class>/`, without a test split: what a large pool looks like. */
export async function writeManyImages(folder: string, count: number, classes: readonly string[]): Promise<void> {
  for (const name of classes) await mkdir(join(folder, name), { recursive: true });
  for (let from = 0; from < count; from += AT_ONCE) {
    const batch = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, i) => from + i);
    await Promise.all(
      batch.map((n) =>
        writeFile(
          join(folder, classes[n % classes.length] ?? '', `${String(n).padStart(6, '0')}.png`),
          numberedImage(n),
        ),
      ),
    );
  }
}
