/** An IEEE 754 half-precision number from its 16 bits. */
export function halfToFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const LARGEST = 65504;
/** Halfway from the largest number to where the next one would be. */
const OVERFLOW = 65520;

/** The 16 bits of the half-precision number that is nearest; of two equally near the even one. */
export function floatToHalf(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (Number.isNaN(size)) return 0x7e00;
  if (size >= OVERFLOW) return sign | 0x7c00;
  const exponent = Math.max(Math.floor(Math.log2(Math.min(size, LARGEST))), -14);
  const steps = roundEven(size * 2 ** (10 - exponent));
  // a fraction that is rounded up to a whole step carries over to the exponent by itself
  return sign | (steps + (exponent + 14) * 1024);
}

function roundEven(value: number): number {
  const down = Math.floor(value);
  const rest = value - down;
  return rest > 0.5 || (rest === 0.5 && down % 2 === 1) ? down + 1 : down;
}
