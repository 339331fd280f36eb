import { isDeepStrictEqual } from 'node:util';
import {
  changedAnswers,
  changedSettlements,
  keepsEarlier,
  restoredAnswers,
  restoredSettlements,
} from '../../shared/classChanges';
import type {
  ClassChange,
  ClassChangeFile,
  ClassState,
  EarlierAnswer,
  EarlierSettlement,
} from '../../shared/schema/classChange';
import type { DatasetFile } from '../../shared/schema/dataset';
import { places } from '../../shared/workspace/paths';
import { datasetFilePath, readDatasetFile, withDatasetFile } from '../data/dataset/folder';
import { damagedError, inputError } from '../errors';
import { writeJson } from '../store/jsonFile';
import { plural } from '../text/plural';
import {
  changePath,
  hasPendingChange,
  lastChange,
  nextNumber,
  pendingPath,
  readPending,
  settlePending,
  writePending,
} from './classChangeFiles';
import { planClassChange } from './planClassChange';
import { annotatorsIn, changeRawLabels, rawLabels } from './rawLabels';
import { repeatsIn } from './repeats';
import { changeSettlements, settlersIn } from './settlementFiles';

/*
 * Changing classes touches dataset.json and every label file. `classes/pending.json` is written first and says all of it: whoever is
 * interrupted leaves it there, and whoever opens the dataset next carries it out to its end, as often as that takes. dataset.json
 * comes before the labels, so that nobody can give a class that is on its way out while the files are gone through.
 */

export interface ClassChangeReport {
  readonly dataset: string;
  readonly change: ClassChange;
  /** Whether it was taken back. */
  readonly undone: boolean;
  readonly classes: readonly string[];
  /** Answers that say something else now, of all annotators. */
  readonly answers: number;
}

/** The classes of a dataset, and how many labels each has. */
export interface ClassCounts {
  readonly classes: readonly { readonly name: string; readonly labels: number }[];
  /** Classes that labels speak of and the dataset does not have. */
  readonly unknown: readonly { readonly name: string; readonly labels: number }[];
  /** The change that `undo` would take back; null when there is none. */
  readonly last: ClassChange | null;
}

export async function countClassLabels(directory: string): Promise<ClassCounts> {
  const { classes } = await readDatasetFile(directory);
  const labels = await labelCounts(directory);
  const unknown = [...labels.keys()].filter((name) => !classes.includes(name)).sort();
  const counted = (name: string) => ({ name, labels: labels.get(name) ?? 0 });
  const last = await lastChange(directory);
  return { classes: classes.map(counted), unknown: unknown.map(counted), last: last?.change ?? null };
}

async function labelCounts(directory: string): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const annotator of await annotatorsIn(directory))
    for (const { label } of (await rawLabels(directory, annotator)).values())
      if (label !== undefined) counts.set(label, (counts.get(label) ?? 0) + 1);
  return counts;
}

/** Changes the classes and the labels of all annotators in one step. */
export async function changeClasses(directory: string, wanted: ClassChange): Promise<ClassChangeReport> {
  return withDatasetFile(directory, async () => {
    const finished = await carryOutPending(directory);
    // who was interrupted asks for the same again: it is done by now, and would be refused
    if (finished && !finished.undone && isDeepStrictEqual(finished.change, wanted)) return finished;
    const file = await readDatasetFile(directory);
    const before = stateOf(file);
    const now = { dataset: file.name, state: before, labels: await labelCounts(directory) };
    const { change, after } = planClassChange(now, wanted);
    const number = await nextNumber(directory);
    const at = new Date().toISOString();
    const pending: ClassChangeFile = { schema: 1, number, at, change, before, after, answers: [], settlements: [] };
    return carryOut(directory, pending);
  });
}

/** Takes the last change back. */
export async function undoClassChange(directory: string): Promise<ClassChangeReport> {
  return withDatasetFile(directory, async () => {
    await carryOutPending(directory);
    const last = await lastChange(directory);
    const file = await readDatasetFile(directory);
    if (!last) throw inputError(`No change of the classes of ${file.name} is known, so there is nothing to undo.`);
    if (!isDeepStrictEqual(stateOf(file), last.after))
      throw inputError(
        `The classes of ${file.name} were changed by hand or by version control since ${changePath(directory, last.number)}; it can't be undone any more.`,
      );
    await requireUnused(directory, last.change);
    return carryOut(directory, { ...last, undoing: true });
  });
}

/** A class that has labels by now is not taken away with them. */
async function requireUnused(directory: string, change: ClassChange): Promise<void> {
  if (change.kind !== 'add') return;
  const counts = await labelCounts(directory);
  const used = change.names.find((name) => counts.has(name));
  if (used !== undefined)
    throw inputError(
      `The class "${used}" was added last and has ${plural(counts.get(used) ?? 0, 'label')}; remove it with "class remove", which asks what becomes of them.`,
    );
}

/** Carries out what somebody began and did not end. Cheap where there is nothing; to be called before a dataset is opened. */
export async function finishClassChange(directory: string): Promise<void> {
  if (hasPendingChange(directory)) await withDatasetFile(directory, () => carryOutPending(directory));
}

async function carryOutPending(directory: string): Promise<ClassChangeReport | null> {
  const pending = await readPending(directory);
  return pending && carryOut(directory, pending);
}

async function carryOut(directory: string, pending: ClassChangeFile): Promise<ClassChangeReport> {
  const file = await readDatasetFile(directory);
  const { change, undoing = false } = pending;
  const [from, to] = undoing ? [pending.after, pending.before] : [pending.before, pending.after];
  if (![from, to].some((state) => isDeepStrictEqual(stateOf(file), state)))
    throw damagedError(
      `An unfinished change of classes (${pendingPath(directory)}) does not fit to ${datasetFilePath(directory)}, which was changed since; put the classes back, or delete that file.`,
    );
  await writePending(directory, pending);
  await writeJson(datasetFilePath(directory), withClasses(file, to));
  const done = await changeSettled(directory, pending);
  const answers = await changeAnswers(directory, done);
  await settlePending(directory, pending);
  return { dataset: file.name, change, undone: undoing, classes: to.classes, answers };
}

/** Changes everybody's answers, first and second ones; tells how many first ones. What undoing needs is on the disk before an answer is changed. */
async function changeAnswers(directory: string, pending: ClassChangeFile): Promise<number> {
  let known = pending;
  let changed = 0;
  const change = (folder: string, annotator: string, who: string): Promise<number> =>
    changeRawLabels(folder, annotator, async (entries) => {
      if (pending.undoing) return restoredAnswers(who, entries, pending);
      const changes = changedAnswers(entries, pending.change);
      if (keepsEarlier(pending.change) && changes.size > 0) {
        const earlier = [...changes.keys()].map((image): EarlierAnswer => [who, image, entries.get(image)!]);
        known = { ...known, answers: together(known.answers, earlier) };
        await writePending(directory, known);
      }
      return changes;
    });
  for (const annotator of await annotatorsIn(directory)) changed += await change(directory, annotator, annotator);
  const again = repeatsIn({ directory });
  // no annotator's name has a stroke: the answers of one person stay apart
  for (const annotator of await annotatorsIn(again)) await change(again, annotator, `${places.repeats}/${annotator}`);
  return changed;
}

/** The same for settled disputes; returns the change with what undoing needs to know of them. */
async function changeSettled(directory: string, pending: ClassChangeFile): Promise<ClassChangeFile> {
  let known = pending;
  for (const by of await settlersIn(directory))
    await changeSettlements({ directory }, by, async (settlements) => {
      const changes = pending.undoing
        ? restoredSettlements(by, settlements, pending)
        : changedSettlements(settlements, pending.change);
      if (!pending.undoing && keepsEarlier(pending.change) && changes.size > 0) {
        const earlier = [...changes.keys()].map((image): EarlierSettlement => [by, image, settlements.get(image)!]);
        known = { ...known, settlements: together(known.settlements, earlier) };
        await writePending(directory, known);
      }
      for (const [image, settlement] of changes) {
        if (settlement) settlements.set(image, settlement);
        else settlements.delete(image);
      }
    });
  return known;
}

/** Somebody who was interrupted may have written down some already. */
function together<T extends readonly [string, string, unknown]>(known: readonly T[], more: readonly T[]): T[] {
  const keyOf = ([who, image]: T) => JSON.stringify([who, image]);
  return [...new Map([...known, ...more].map((item) => [keyOf(item), item])).values()];
}

const stateOf = ({ classes, layoutClasses }: DatasetFile): ClassState =>
  layoutClasses ? { classes, layoutClasses } : { classes };

function withClasses({ layoutClasses: _, ...rest }: DatasetFile, state: ClassState): DatasetFile {
  return { ...rest, ...state };
}
