import { repeatedIds } from '../schema/labels';
import { type Settlement, settlementFile } from '../schema/settlements';
import { type Parsed, parseFile } from './problems';

/** A settlement, and who made it. */
export interface Settled extends Settlement {
  readonly by: string;
}

/** Image → what was settled about it, the newest first. */
export type Settlements = ReadonlyMap<string, readonly Settled[]>;

export const NO_SETTLEMENTS: Settlements = new Map();

/** What one person said of an image; no label for a skip. */
interface Said {
  readonly annotator: string;
  readonly label?: string | undefined;
}

/** The settlements of a file by image. */
export function parseSettlementFile(text: string): Parsed<ReadonlyMap<string, Settlement>> {
  const parsed = parseFile(text, settlementFile, 'both');
  if (parsed.fault) return parsed;
  const [repeated] = repeatedIds(text);
  if (repeated) return { value: null, fault: { kind: 'repeatedImage', ...repeated } };
  return { value: new Map(Object.entries(parsed.value.settlements)), fault: null };
}

/** Everybody's settlements; those to a class that the dataset does not have any more settle nothing. */
export function settlementsOf(
  files: ReadonlyMap<string, ReadonlyMap<string, Settlement>>,
  classes: readonly string[],
): Settlements {
  const all = new Map<string, Settled[]>();
  for (const [by, settlements] of files)
    for (const [image, settlement] of settlements) {
      if (!classes.includes(settlement.label)) continue;
      const one = { ...settlement, by };
      const group = all.get(image);
      if (group) group.push(one);
      else all.set(image, [one]);
    }
  for (const group of all.values()) group.sort(newestFirst);
  return all;
}

const newestFirst = (a: Settled, b: Settled): number => Date.parse(b.at) - Date.parse(a.at) || (a.by < b.by ? -1 : 1);

/**
 * The settlement that holds for an image whose answers differ: the newest that knows all of them. An answer that came in later,
 * or became another, opens the dispute again unless it says what was settled.
 */
export const settlementInForce = (
  settled: readonly Settled[] | undefined,
  answers: readonly Said[],
): Settled | undefined =>
  settled?.find(({ label: agreed, over }) =>
    answers.every(({ annotator, label }) => label === undefined || label === agreed || over[annotator] === label),
  );
