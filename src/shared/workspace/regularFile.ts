/**
 * The door through which files are read: opened without waiting, looked at, and read to the size that they had then. A repository can
 * hold a link to a device that never ends, a pipe that never begins, or a file of holes. Nothing here opens a disk, so
 * that the engine and the extension can both use it.
 */

const MIB = 2 ** 20;

/** The most bytes of each kind of file that are read. Larger ones are not what their place says. */
export const mostBytes = {
  /** JSON and texts of ours, and those that people give. */
  json: 128 * MIB,
  /** Answers, a line each: some two million. */
  labels: 256 * MIB,
  /** The list of images, some four million: V8 holds no longer text. */
  list: 480 * MIB,
  /** Networks: a hundred times what ours take. */
  weights: 1024 * MIB,
  /** Pixels of images that are held in memory, rows of numbers and the like, whose size something else has to agree with. */
  rows: 2 ** 31 - 1,
  /** What is read piece by piece and never held as a whole. */
  streamed: Number.MAX_SAFE_INTEGER,
} as const;

/** What `stat` says of an open file, as far as it matters here. */
export interface FileInfo {
  readonly size: number;
  isFile(): boolean;
  isDirectory(): boolean;
}

/** An open file, as Node has it. */
export interface OpenedFile {
  stat(): Promise<FileInfo>;
  read(target: Uint8Array, offset: number, length: number, position: number): Promise<{ readonly bytesRead: number }>;
  close(): Promise<void>;
}

/** Why a file is not read. */
export type Refusal = 'folder' | 'special' | 'large';

/** A file that the door refuses; the message is the reason, in words that follow its name. */
export class RefusedFile extends Error {
  constructor(
    readonly refusal: Refusal,
    most = 0,
  ) {
    super(
      refusal === 'folder'
        ? 'it is a folder, not a file'
        : refusal === 'special'
          ? 'it is a pipe, a socket or a device, not a file'
          : `it is larger than ${Math.ceil(most / MIB)} MiB, the most that is read of such a file`,
    );
  }
}

/** Throws where what was opened is no regular file, or has more bytes than are read. */
export function requireRegular(info: FileInfo, most: number): void {
  if (info.isDirectory()) throw new RefusedFile('folder');
  if (!info.isFile()) throw new RefusedFile('special');
  if (info.size > most) throw new RefusedFile('large', most);
}

/** Opens a file by `open`, which must not wait for a pipe's other end, and refuses what is none. */
export async function openRegular<F extends OpenedFile>(
  open: () => Promise<F>,
  most: number,
): Promise<{ readonly file: F; readonly size: number }> {
  const file = await open().catch((error: { readonly code?: string }) => {
    // a socket, or a device that nothing stands behind
    throw error.code === 'ENXIO' || error.code === 'EOPNOTSUPP' ? new RefusedFile('special') : error;
  });
  try {
    const info = await file.stat();
    requireRegular(info, most);
    return { file, size: info.size };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Fills an array with what stands in a file from a place on; the part that was filled, where the file is shorter. */
export async function fill(file: OpenedFile, target: Uint8Array, from: number): Promise<Uint8Array> {
  let at = 0;
  while (at < target.length) {
    const { bytesRead } = await file.read(target, at, Math.min(PIECE, target.length - at), from + at);
    if (bytesRead === 0) break;
    at += bytesRead;
  }
  return target.subarray(0, at);
}

const PIECE = 64 * MIB;

/** All bytes of a file, as many as it had when it was opened. */
export async function readRegular(open: () => Promise<OpenedFile>, most: number): Promise<Uint8Array> {
  const { file, size } = await openRegular(open, most);
  try {
    return await fill(file, new Uint8Array(size), 0);
  } finally {
    await file.close();
  }
}
