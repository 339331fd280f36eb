/** Names shown before the rest is only counted. */
const SHOWN = 5;

/** The first of many, and how many more there are. */
export function few(items: readonly string[], between = ', '): string {
  const shown = items.slice(0, SHOWN).join(between);
  return items.length > SHOWN ? `${shown}${between}and ${items.length - SHOWN} more` : shown;
}
