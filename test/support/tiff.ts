/** Numbers of an uncompressed TIFF, of any kind that its format knows: what cameras and microscopes write, and sharp does not. */
export interface TiffOptions {
  readonly width: number;
  readonly height: number;
  readonly channels?: 1 | 3;
  readonly kind: 'uint' | 'int' | 'float';
  readonly bits: 8 | 16 | 32 | 64;
  readonly bigEndian?: boolean;
  /** Grey: zero is white. */
  readonly zeroIsWhite?: boolean;
}

/** The bytes of such a file; `values` pixel by pixel, channels beside each other. */
export function tiff(values: ArrayLike<number>, options: TiffOptions): Buffer {
  const { width, height, channels = 1, kind, bits, bigEndian = false, zeroIsWhite = false } = options;
  const pixels = Buffer.alloc((values.length * bits) / 8);
  const put = writerOf(pixels, kind, bits, bigEndian);
  for (let i = 0; i < values.length; i++) put(values[i], (i * bits) / 8);
  const many = (value: number) => Array(channels).fill(value) as number[];
  const tags: [tag: number, values: number[], isLong?: boolean][] = [
    [256, [width]],
    [257, [height]],
    [258, many(bits)],
    [259, [1]],
    [262, [channels === 3 ? 2 : zeroIsWhite ? 0 : 1]],
    [273, [8], true],
    [277, [channels]],
    [278, [height]],
    [279, [pixels.length], true],
    [339, many({ uint: 1, int: 2, float: 3 }[kind])],
  ];
  return Buffer.concat([header(8 + pixels.length, bigEndian), pixels, directory(tags, 8 + pixels.length, bigEndian)]);
}

function header(directoryAt: number, bigEndian: boolean): Buffer {
  const bytes = Buffer.from(bigEndian ? 'MM\0*\0\0\0\0' : 'II*\0\0\0\0\0', 'latin1');
  if (bigEndian) bytes.writeUInt32BE(directoryAt, 4);
  else bytes.writeUInt32LE(directoryAt, 4);
  return bytes;
}

function directory(
  tags: readonly (readonly [number, readonly number[], boolean?])[],
  at: number,
  bigEndian: boolean,
): Buffer {
  const entries = Buffer.alloc(2 + tags.length * 12 + 4);
  const beyond: Buffer[] = [];
  const short = (target: Buffer, value: number, to: number) =>
    bigEndian ? target.writeUInt16BE(value, to) : target.writeUInt16LE(value, to);
  const long = (target: Buffer, value: number, to: number) =>
    bigEndian ? target.writeUInt32BE(value, to) : target.writeUInt32LE(value, to);
  short(entries, tags.length, 0);
  let free = at + entries.length;
  for (const [i, [tag, values, isLong = false]] of tags.entries()) {
    const entry = 2 + 12 * i;
    short(entries, tag, entry);
    short(entries, isLong ? 4 : 3, entry + 2);
    long(entries, values.length, entry + 4);
    if (isLong) long(entries, values[0], entry + 8);
    else if (values.length <= 2) for (const [n, value] of values.entries()) short(entries, value, entry + 8 + 2 * n);
    else {
      const list = Buffer.alloc(2 * values.length);
      for (const [n, value] of values.entries()) short(list, value, 2 * n);
      long(entries, free, entry + 8);
      free += list.length;
      beyond.push(list);
    }
  }
  return Buffer.concat([entries, ...beyond]);
}

function writerOf(target: Buffer, kind: TiffOptions['kind'], bits: number, bigEndian: boolean) {
  const view = new DataView(target.buffer, target.byteOffset, target.length);
  const isHalf = kind === 'float' && bits === 16; // given by its bits
  const name = isHalf ? 'setUint16' : { uint: 'setUint', int: 'setInt', float: 'setFloat' }[kind] + bits;
  return (value: number, at: number): void => {
    if (bits === 64 && kind !== 'float') throw new Error('no whole numbers of 64 bits');
    (view as unknown as Record<string, (at: number, value: number, little: boolean) => void>)[name](
      at,
      value,
      !bigEndian,
    );
  };
}
