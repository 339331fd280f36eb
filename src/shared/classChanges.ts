import type { ClassChange, ClassChangeFile, ClassState, EarlierAnswer } from './schema/classChange';
import { type LayoutClass, layoutClassesOf } from './schema/dataset';
import type { LabelEntry } from './schema/labels';
import type { Settlement } from './schema/settlements';

/** What changes of classes mean for the class list and for labels, as plain data; nothing here checks or writes. */

/** The classes after a change. */
export function changedClasses(state: ClassState, change: ClassChange): ClassState {
  const layoutClasses = layoutClassesOf(state).map((one): LayoutClass => ({ ...one, class: toldNow(one, change) }));
  return { classes: changedList(state.classes, change), layoutClasses };
}

function changedList(classes: readonly string[], change: ClassChange): string[] {
  switch (change.kind) {
    case 'add':
      return [...classes, ...change.names];
    case 'rename':
      return classes.map((name) => (name === change.from ? change.to : name));
    case 'merge':
      return classes.filter((name) => !change.from.includes(name));
    case 'remove':
      return classes.filter((name) => name !== change.name);
    case 'order':
      return [...change.names, ...classes.filter((name) => !change.names.includes(name))];
  }
}

/** Which class a layout's class is from now on. One that was removed comes back with its name. */
function toldNow({ told, class: now }: LayoutClass, change: ClassChange): string | null {
  if (now === null) return change.kind === 'add' && change.names.includes(told) ? told : null;
  return changedLabel(now, change);
}

/** What becomes of a label; null: it is taken back. */
function changedLabel(label: string, change: ClassChange): string | null {
  switch (change.kind) {
    case 'rename':
      return label === change.from ? change.to : label;
    case 'merge':
      return change.from.includes(label) ? change.into : label;
    case 'remove':
      return label === change.name ? null : label;
    default:
      return label;
  }
}

/** Image → its answer after a change, null where it is taken back; images whose answer stays are left out. */
export function changedAnswers(
  entries: ReadonlyMap<string, LabelEntry>,
  change: ClassChange,
): Map<string, LabelEntry | null> {
  const changed = new Map<string, LabelEntry | null>();
  for (const [image, entry] of entries) {
    if (entry.label === undefined) continue;
    const label = changedLabel(entry.label, change);
    if (label !== entry.label) changed.set(image, label === null ? null : { ...entry, label });
  }
  return changed;
}

/** Whether undoing needs to know answers and settlements as they were: a new name tells its old one, a merged class does not. */
export const keepsEarlier = ({ kind }: ClassChange): boolean => kind === 'merge' || kind === 'remove';

/** The same for taking a change back. What a person has answered anew since then stays. */
export function restoredAnswers(
  annotator: string,
  entries: ReadonlyMap<string, LabelEntry>,
  { change, answers }: Pick<ClassChangeFile, 'change' | 'answers'>,
): Map<string, LabelEntry | null> {
  if (change.kind === 'rename') return changedAnswers(entries, { kind: 'rename', from: change.to, to: change.from });
  const own = answers.filter(([whose]) => whose === annotator);
  return new Map(own.flatMap(([, image, earlier]) => restored(image, entries.get(image), earlier, change)));
}

function restored(
  image: string,
  now: LabelEntry | undefined,
  earlier: EarlierAnswer[2],
  change: ClassChange,
): [string, LabelEntry][] {
  const made = earlier.label === undefined ? null : changedLabel(earlier.label, change);
  if (made === null) return now ? [] : [[image, earlier]];
  if (!now || now.at !== earlier.at || now.label !== made || earlier.label === undefined) return [];
  return [[image, { ...now, label: earlier.label }]];
}

/** Image → its settlement after a change, null where its class is no more; images whose settlement stays are left out. */
export function changedSettlements(
  settlements: ReadonlyMap<string, Settlement>,
  change: ClassChange,
): Map<string, Settlement | null> {
  const changed = new Map<string, Settlement | null>();
  for (const [image, settlement] of settlements) {
    const made = changedSettlement(settlement, change);
    if (made !== settlement) changed.set(image, made);
  }
  return changed;
}

function changedSettlement(settlement: Settlement, change: ClassChange): Settlement | null {
  const { label, over } = settlement;
  const now = changedLabel(label, change);
  if (now === null) return null;
  const differing = Object.entries(over).flatMap(([annotator, said]) => {
    const made = changedLabel(said, change);
    return made === null ? [] : [[annotator, made] as const];
  });
  const isSame = now === label && differing.every(([annotator, said]) => over[annotator] === said);
  return isSame && differing.length === Object.keys(over).length
    ? settlement
    : { ...settlement, label: now, over: Object.fromEntries(differing) };
}

/** The same for taking a change back. What was settled anew since then stays. */
export function restoredSettlements(
  by: string,
  settlements: ReadonlyMap<string, Settlement>,
  { change, settlements: earlier }: Pick<ClassChangeFile, 'change' | 'settlements'>,
): Map<string, Settlement | null> {
  if (change.kind === 'rename') return changedSettlements(settlements, reversed(change));
  return new Map(
    earlier.flatMap(([whose, image, before]): [string, Settlement][] => {
      const now = settlements.get(image);
      const isOurs = whose === by && (now === undefined || now.at === before.at);
      return isOurs ? [[image, before]] : [];
    }),
  );
}

const reversed = ({ from, to }: Extract<ClassChange, { kind: 'rename' }>): ClassChange => ({
  kind: 'rename',
  from: to,
  to: from,
});
