import { closeSync, readSync } from 'node:fs';
import type { ImageShape } from '../../shared/schema/dataset';
import { damagedError } from '../errors';
import { AtomicFile } from '../store/atomicFile';
import { openFileSync } from '../store/door';
import type { PixelStore } from './images';

/** Up to this size (bytes) the file is held in memory. */
const IN_MEMORY = 256 * 2 ** 20;
/** Records are written in pieces of about this size. */
const PIECE = 4 * 2 ** 20;

const recordSize = ({ channels, height, width }: ImageShape) => channels * height * width;

/** Writes a pixel file: one record of channels × height × width bytes an image, nothing else. */
export class PixelWriter {
  private readonly piece: Uint8Array;
  private filled = 0;

  private constructor(
    private readonly file: AtomicFile,
    shape: ImageShape,
  ) {
    const record = recordSize(shape);
    this.piece = new Uint8Array(record * Math.max(1, Math.floor(PIECE / record)));
  }

  static async create(path: string, shape: ImageShape): Promise<PixelWriter> {
    return new PixelWriter(await AtomicFile.create(path), shape);
  }

  async add(pixels: Uint8Array): Promise<void> {
    this.piece.set(pixels, this.filled);
    this.filled += pixels.length;
    if (this.filled === this.piece.length) await this.flush();
  }

  async commit(): Promise<void> {
    await this.flush();
    await this.file.commit();
  }

  async discard(): Promise<void> {
    await this.file.discard();
  }

  private async flush(): Promise<void> {
    await this.file.write(this.piece.subarray(0, this.filled));
    this.filled = 0;
  }
}

/** True if the file is there and has exactly `count` records. */
export function isPixelFile(path: string, shape: ImageShape, count: number): boolean {
  try {
    const { descriptor, size } = openFileSync(path, 'streamed');
    closeSync(descriptor);
    return size === count * recordSize(shape);
  } catch {
    return false;
  }
}

/**
 * Opens a pixel file; image i is record `records[i]`. Reading an image that is not there is a RangeError, a file that has
 * become shorter a damaged error.
 */
export function openPixelFile(
  path: string,
  shape: ImageShape,
  records: Int32Array,
  inMemory: number = IN_MEMORY,
): PixelStore {
  const size = recordSize(shape);
  const isSmall = records.length * size <= inMemory;
  let file: number | null = openFileSync(path, 'streamed').descriptor;
  let memory = isSmall ? new Uint8Array(records.length * size) : null;
  const damaged = () => damagedError(`${path} is shorter than it was; delete that file, it will be made again.`);
  const close = () => {
    if (file !== null) closeSync(file);
    file = null;
  };
  if (memory) {
    const isWhole = readFully(file, memory);
    close();
    if (!isWhole) throw damaged();
  }
  return {
    count: records.length,
    ...shape,
    read(i, target, offset) {
      if (records[i] === undefined) throw new RangeError(`There is no image ${i} among ${records.length}.`);
      if (!(offset >= 0 && offset + size <= target.length))
        throw new RangeError('The target has no room for the image.');
      const start = records[i] * size;
      if (memory) target.set(memory.subarray(start, start + size), offset);
      else if (file === null) throw new Error('The pixel store is closed.');
      else if (readSync(file, target, offset, size, start) !== size) throw damaged();
    },
    close() {
      close();
      memory = null;
    },
  };
}

/** Fills an array with the beginning of a file; whether it has as much. */
function readFully(file: number, target: Uint8Array): boolean {
  for (let done = 0; done < target.length; ) {
    const read = readSync(file, target, done, target.length - done, done);
    if (read === 0) return false;
    done += read;
  }
  return true;
}
