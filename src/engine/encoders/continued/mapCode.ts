import { floatToHalf, halfToFloat } from '../../numeric/half';

/** How the values of a map are kept: in 255 steps from 0 to a most, or as 16-bit floats. */
export type MapCode = { readonly most: number } | 'half';

export const bytesOf = (code: MapCode): number => (code === 'half' ? 2 : 1);

/** Puts values into bytes, from `offset` on. */
export function encodeMap(code: MapCode, values: Float32Array, bytes: Uint8Array, offset: number): void {
  if (code === 'half') {
    const view = new DataView(bytes.buffer, bytes.byteOffset + offset);
    for (let i = 0; i < values.length; i++) view.setUint16(2 * i, floatToHalf(values[i]), true);
    return;
  }
  const scale = 255 / code.most;
  for (let i = 0; i < values.length; i++) bytes[offset + i] = Math.min(255, Math.max(0, Math.round(values[i] * scale)));
}

/** What `encodeMap` kept, as numbers from `offset` on. */
export function decoderOf(code: MapCode): (bytes: Uint8Array, values: Float32Array, offset: number) => void {
  const table = new Float32Array(code === 'half' ? 1 << 16 : 256);
  for (let i = 0; i < table.length; i++) table[i] = code === 'half' ? halfToFloat(i) : (i * code.most) / 255;
  if (code === 'half')
    return (bytes, values, offset) => {
      for (let i = 0; 2 * i < bytes.length; i++) values[offset + i] = table[bytes[2 * i] | (bytes[2 * i + 1] << 8)];
    };
  return (bytes, values, offset) => {
    for (let i = 0; i < bytes.length; i++) values[offset + i] = table[bytes[i]];
  };
}
