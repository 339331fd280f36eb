/** A number with fixed decimals and no negative zero. */
export function decimal(value: number, decimals: number): string {
  const text = value.toFixed(decimals);
  return Number(text) === 0 ? text.replace('-', '') : text;
}

/** A share as it is written everywhere: "42.7 %". `write` writes the number, for a language that does it otherwise. */
export const percent = (share: number, decimals = 1, write = decimal): string => `${write(share * 100, decimals)} %`;

/** How much of some work is done: "62 %", and 100 % only at its end. */
export const percentDone = (share: number): string => `${Math.floor(Math.min(1, Math.max(0, share)) * 100 + 1e-9)} %`; // 0.29 · 100 is a little less than 29
