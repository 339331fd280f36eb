/** Puts values in the place of {0}, {1} …; numbers as people write them ("10,000"). A place without a value stays. */
export const fill = (text: string, ...values: readonly (string | number)[]): string =>
  text.replace(/\{(\d+)\}/g, (place, index) => (values[Number(index)] ?? place).toLocaleString());
