/** Fills {0}, {1} … of a text in. */
export const fill = (text: string, ...values: readonly string[]): string =>
  text.replace(/\{(\d)\}/g, (place, i) => values[Number(i)] ?? place);
