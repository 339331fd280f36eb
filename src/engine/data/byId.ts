/** Sorted by UTF-16 code units: the same on every machine, whatever its language. */
export const byId = <T extends { readonly id: string }>(a: T, b: T): number => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
