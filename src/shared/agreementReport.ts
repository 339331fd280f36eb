import { krippendorffAlpha, type PairAgreement, pairAgreement, type Verdicts } from './agreement';
import { pairsNamedAlike } from './namesAlike';
import type { LabelEntry } from './schema/labels';
import type { Answer, MergedAnswers } from './workspace/labels';

/** Two people and how far they agree. */
export interface Pair extends PairAgreement {
  readonly annotators: readonly [string, string];
}

/** How far a person agrees with themselves: `both` counts the images that they gave a class twice. */
export interface Consistency extends PairAgreement {
  readonly annotator: string;
}

/** Annotator → image → what they answered the second time. */
export type SecondAnswers = ReadonlyMap<string, ReadonlyMap<string, Pick<LabelEntry, 'label'>>>;

/** How far the people who label a dataset agree. */
export interface AgreementReport {
  /** Of each person who gave any image a class, how many of each class. */
  readonly annotators: readonly { readonly name: string; readonly perClass: Readonly<Record<string, number>> }[];
  readonly pairs: readonly Pair[];
  /** Of each person who was asked some images again, how far the second answers agree with the first ones. */
  readonly consistency: readonly Consistency[];
  /** Images that two people or more gave a class, and those on which they differ: still, and settled. */
  readonly shared: number;
  readonly disputed: number;
  readonly settled: number;
  /** Krippendorff's; null where it is not defined. */
  readonly alpha: number | null;
  /** People whose names differ only in upper and lower case: most likely one. */
  readonly alike: readonly (readonly [string, string])[];
}

/** What people's own answers say of each other, whatever disputes were settled to. */
export function agreementReport(
  classes: readonly string[],
  answers: readonly Answer[],
  { conflicts, settled }: Pick<MergedAnswers, 'conflicts' | 'settled'>,
  again: SecondAnswers,
): AgreementReport {
  const verdicts = verdictsOf(answers);
  const people = [...verdicts].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    annotators: people.map(([name, own]) => ({ name, perClass: countsOf(classes, own) })),
    pairs: people.flatMap(([one, own], i) =>
      people.slice(i + 1).map(([other, others]): Pair => ({ annotators: [one, other], ...pairAgreement(own, others) })),
    ),
    consistency: consistencyOf(verdicts, again),
    shared: sharedImages([...verdicts.values()]),
    disputed: conflicts.length,
    settled: settled.size,
    alpha: krippendorffAlpha([...verdicts.values()]),
    alike: pairsNamedAlike(people.map(([name]) => name)),
  };
}

function verdictsOf(answers: readonly Answer[]): ReadonlyMap<string, Verdicts> {
  const verdicts = new Map<string, Map<string, string>>();
  for (const { annotator, image, label } of answers) {
    if (label === undefined) continue;
    const own = verdicts.get(annotator);
    if (own) own.set(image, label);
    else verdicts.set(annotator, new Map([[image, label]]));
  }
  return verdicts;
}

function consistencyOf(verdicts: ReadonlyMap<string, Verdicts>, again: SecondAnswers): Consistency[] {
  const people = [...again].sort(([a], [b]) => (a < b ? -1 : 1));
  return people.flatMap(([annotator, entries]) => {
    const second = new Map([...entries].flatMap(([image, { label }]) => (label === undefined ? [] : [[image, label]])));
    const found = pairAgreement(verdicts.get(annotator) ?? new Map(), second);
    return found.both > 0 ? [{ annotator, ...found }] : [];
  });
}

function countsOf(classes: readonly string[], verdicts: Verdicts): Record<string, number> {
  const counts = new Map(classes.map((name) => [name, 0]));
  for (const label of verdicts.values()) counts.set(label, (counts.get(label) ?? 0) + 1);
  return Object.fromEntries(counts);
}

function sharedImages(people: readonly Verdicts[]): number {
  const seen = new Set<string>();
  const shared = new Set<string>();
  for (const verdicts of people) for (const image of verdicts.keys()) (seen.has(image) ? shared : seen).add(image);
  return shared.size;
}
