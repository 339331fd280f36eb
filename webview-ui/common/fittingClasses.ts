/** Classes whose names hold what was typed, those that begin with it first. */
export function fittingClasses(classes: readonly string[], typed: string) {
  const wanted = plain(typed);
  const all = classes.map((name, index) => ({ name, index, plain: plain(name) }));
  if (wanted === '') return all;
  const rank = (one: { readonly plain: string }) => (one.plain.startsWith(wanted) ? 0 : 1);
  return all.filter((one) => one.plain.includes(wanted)).sort((a, b) => rank(a) - rank(b));
}

/** Without case and accents, so that "etonne" finds "Étonné". */
const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().trim();
