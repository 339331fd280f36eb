const BITS = 258;
const SAMPLE_FORMAT = 339;
const UNSIGNED = 1;
const FLOAT = 3;
const SHORT = 3;

/**
 * A TIFF whose numbers of 16 bits are said to have no sign: sharp makes zeros of those below zero. The bytes of the numbers stay
 * as they are, so that those from 32,768 on are the ones with a sign.
 */
export function asUnsigned(file: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(file);
  const little = isLittle(copy);
  const view = viewOf(copy);
  for (const place of placesOf(copy, SAMPLE_FORMAT)) view.setUint16(place, UNSIGNED, little);
  return copy;
}

/** Whether a TIFF holds floats of 16 bits: sharp makes zeros of them all. */
export function isHalfFloat(file: Uint8Array): boolean {
  const first = (field: number) => placesOf(file, field).map((at) => viewOf(file).getUint16(at, isLittle(file)))[0];
  return first(BITS) === 16 && first(SAMPLE_FORMAT) === FLOAT;
}

const isLittle = (file: Uint8Array): boolean => file[0] === 0x49;
const viewOf = (file: Uint8Array): DataView => new DataView(file.buffer, file.byteOffset, file.byteLength);

/** Where the short numbers of a field stand; nowhere where it is not there, or the file is no classic TIFF. */
function placesOf(file: Uint8Array, field: number): number[] {
  const view = viewOf(file);
  const little = isLittle(file);
  if (file.length < 8 || view.getUint16(2, little) !== 42) return [];
  const directory = view.getUint32(4, little);
  const entries = view.getUint16(directory, little);
  for (let i = 0; i < entries; i++) {
    const entry = directory + 2 + 12 * i;
    if (view.getUint16(entry, little) !== field || view.getUint16(entry + 2, little) !== SHORT) continue;
    const count = view.getUint32(entry + 4, little);
    const values = count <= 2 ? entry + 8 : view.getUint32(entry + 8, little);
    return Array.from({ length: Math.min(count, MOST_CHANNELS) }, (_, n) => values + 2 * n);
  }
  return [];
}

/** Images with more have no colours. */
const MOST_CHANNELS = 64;
