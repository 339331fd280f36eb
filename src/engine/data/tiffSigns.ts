const SAMPLE_FORMAT = 339;
const UNSIGNED = 1;
const SHORT = 3;

/**
 * A TIFF whose numbers of 16 bits are said to have no sign: sharp makes zeros of those below zero. The bytes of the numbers stay
 * as they are, so that those from 32,768 on are the ones with a sign.
 */
export function asUnsigned(file: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(file);
  const view = new DataView(copy.buffer);
  const little = copy[0] === 0x49;
  if (view.getUint16(2, little) !== 42) return copy; // no classic TIFF
  const directory = view.getUint32(4, little);
  const entries = view.getUint16(directory, little);
  for (let i = 0; i < entries; i++) {
    const entry = directory + 2 + 12 * i;
    if (view.getUint16(entry, little) !== SAMPLE_FORMAT || view.getUint16(entry + 2, little) !== SHORT) continue;
    const count = view.getUint32(entry + 4, little);
    const values = count <= 2 ? entry + 8 : view.getUint32(entry + 8, little);
    for (let n = 0; n < count; n++) view.setUint16(values + 2 * n, UNSIGNED, little);
  }
  return copy;
}
