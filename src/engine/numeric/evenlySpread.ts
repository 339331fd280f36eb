/** At most so many of n positions, evenly spread and ascending. */
export function evenlySpread(n: number, most: number): Int32Array {
  const count = Math.min(most, n);
  return Int32Array.from({ length: count }, (_, i) => Math.floor((i * n) / count));
}
