import { readSync } from 'node:fs';

/** A field of a protobuf message: its number, and where its content lies; `value` for whole numbers. */
export interface Field {
  readonly id: number;
  readonly start: number;
  readonly end: number;
  readonly value: number;
}

/** The bytes are no protobuf message, or end before it does. */
export class WireError extends Error {}

const WINDOW = 1 << 18;

/**
 * Walks the fields of protobuf messages in an open file, and reads only what is asked for: of a model of a gigabyte the
 * weights are passed over.
 */
export class WireFile {
  private window: Uint8Array = new Uint8Array(0);
  private from = 0;

  constructor(
    private readonly descriptor: number,
    readonly size: number,
  ) {}

  /** The fields of the message between two places, one after the other. */
  *fields(start: number, end: number): Generator<Field> {
    for (let at = start; at < end; ) {
      const tag = this.number(at, end);
      const [id, kind] = [Math.floor(tag.value / 8), tag.value % 8];
      const field = this.content(kind, tag.end, end);
      if (id === 0 || field.end > end) throw new WireError('a field does not end where its message does');
      yield { id, ...field };
      at = field.end;
    }
  }

  text(field: Field): string {
    return this.bytes(field.start, field.end).toString('utf8');
  }

  /** Whole numbers of a repeated field, packed or one by one. */
  numbers({ start, end, value }: Field): number[] {
    if (!Number.isNaN(value)) return [value];
    const all: number[] = [];
    for (let at = start; at < end; ) {
      const next = this.number(at, end);
      all.push(next.value);
      at = next.end;
    }
    return all;
  }

  private content(kind: number, at: number, end: number): Omit<Field, 'id'> {
    const fixed: Readonly<Record<number, number>> = { 1: 8, 5: 4 };
    if (kind === 0) return { start: at, ...this.number(at, end) };
    if (kind === 2) {
      const length = this.number(at, end);
      return { start: length.end, end: length.end + length.value, value: Number.NaN };
    }
    const bytes = fixed[kind];
    if (bytes === undefined) throw new WireError(`there is no field of kind ${kind}`);
    return { start: at, end: at + bytes, value: Number.NaN };
  }

  /** A whole number of 64 bits, seven a byte, the lowest first. */
  private number(at: number, end: number): { readonly value: number; readonly end: number } {
    let value = 0n;
    for (let place = at, shift = 0n; place < end && shift < 70n; place++, shift += 7n) {
      const byte = this.byte(place);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return { value: Number(BigInt.asIntN(64, value)), end: place + 1 };
    }
    throw new WireError('a number does not end');
  }

  private byte(at: number): number {
    if (at < this.from || at >= this.from + this.window.length) {
      this.window = this.bytes(at, Math.min(at + WINDOW, this.size));
      this.from = at;
    }
    return this.window[at - this.from];
  }

  private bytes(start: number, end: number): Buffer {
    if (end > this.size || end < start) throw new WireError('the file ends before its content does');
    const bytes = Buffer.alloc(end - start);
    for (let done = 0; done < bytes.length; ) {
      const read = readSync(this.descriptor, bytes, done, bytes.length - done, start + done);
      if (read === 0) throw new WireError('the file ends before its content does');
      done += read;
    }
    return bytes;
  }
}
