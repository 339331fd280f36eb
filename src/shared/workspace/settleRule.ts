/** How disputes are settled: by what most people say, by what one of them says, or to a class. */
export type SettleRule =
  | { readonly how: 'majority' }
  | { readonly how: 'answer'; readonly of: string }
  | { readonly how: 'decision'; readonly label: string };

/** The class that a rule gives an image; undefined where it gives none: no class has most answers, or that person gave none. */
export function classBy(
  rule: SettleRule,
  answers: readonly { readonly annotator: string; readonly label: string }[],
): string | undefined {
  if (rule.how === 'decision') return rule.label;
  if (rule.how === 'answer') return answers.find(({ annotator }) => annotator === rule.of)?.label;
  const votes = new Map<string, number>();
  for (const { label } of answers) votes.set(label, (votes.get(label) ?? 0) + 1);
  const [first, second] = [...votes].sort(([, a], [, b]) => b - a);
  return first && first[1] > (second?.[1] ?? 0) ? first[0] : undefined;
}
