import { closeSync, readSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { damagedError } from '../../errors';
import { openFileSync } from '../../store/door';
import { bytesOf, decoderOf, type MapCode } from './mapCode';

/** How maps lie in the files of a folder: [images × views × values], so many images a file. */
export interface MapLayout {
  readonly images: number;
  /** Images a file. */
  readonly piece: number;
  /** Of each image. */
  readonly views: number;
  /** Bytes a map. */
  readonly size: number;
  readonly code: MapCode;
}

/** Maps on the disk as whoever trains reads them: numbers of images and views, nothing else. */
export interface MapFiles {
  readonly images: number;
  readonly views: number;
  /** Values a map. */
  readonly values: number;
  /** Puts the map of a view into an array, from `offset` on. */
  read(image: number, view: number, target: Float32Array, offset: number): void;
  close(): void;
  /** Deletes the files, which can be made again. */
  remove(): Promise<void>;
}

export const mapFileName = (number: number): string => `${String(number).padStart(5, '0')}.maps`;

export function openMapFiles(folder: string, { images, piece, views, size, code }: MapLayout): MapFiles {
  const open = new Map<number, number>();
  const bytes = new Uint8Array(size);
  const decode = decoderOf(code);
  const fileOf = (number: number) => {
    const known = open.get(number) ?? openFileSync(join(folder, mapFileName(number)), 'streamed').descriptor;
    open.set(number, known);
    return known;
  };
  const close = () => {
    for (const file of open.values()) closeSync(file);
    open.clear();
  };
  return {
    images,
    views,
    values: size / bytesOf(code),
    read(image, view, target, offset) {
      const place = ((image % piece) * views + view) * size;
      if (readSync(fileOf(Math.floor(image / piece)), bytes, 0, size, place) !== size)
        throw damagedError(`${folder} was changed while it was in use; run pretrain again, which makes it anew.`);
      decode(bytes, target, offset);
    },
    close,
    async remove() {
      close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
