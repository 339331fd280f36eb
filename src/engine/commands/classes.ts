import type { ClassChange } from '../../shared/schema/classChange';
import { findDataset } from '../data/dataset/folder';
import {
  type ClassChangeReport,
  type ClassCounts,
  changeClasses,
  countClassLabels,
  undoClassChange,
} from '../rounds/classChanges';
import { removeRemains, tidyUp } from '../rounds/tidyUp';
import { plural } from '../text/plural';
import { textTable } from '../text/textTable';
import type { DatasetOptions } from './withDataset';

export interface ClassListReport extends ClassCounts {
  readonly dataset: string;
}

/** The classes of a dataset in their order, and how many labels each has. */
export async function listClasses({ workspace, dataset }: DatasetOptions): Promise<ClassListReport> {
  const directory = await findDataset(workspace, dataset);
  await tidyUp(directory);
  return { dataset, ...(await countClassLabels(directory)) };
}

/** Changes the classes, and the labels of all annotators with them. */
export async function changeClassesOf(
  { workspace, dataset }: DatasetOptions,
  change: ClassChange,
): Promise<ClassChangeReport> {
  const directory = await findDataset(workspace, dataset);
  await removeRemains(directory);
  return changeClasses(directory, change);
}

/** Takes the last change back. */
export async function undoClassesOf({ workspace, dataset }: DatasetOptions): Promise<ClassChangeReport> {
  const directory = await findDataset(workspace, dataset);
  await removeRemains(directory);
  return undoClassChange(directory);
}

export function describeClasses({ dataset, classes, unknown, last }: ClassListReport): string {
  const lines =
    classes.length === 0
      ? [`Dataset ${dataset} has no classes yet; "class add ${dataset} <name>" adds one.`]
      : [
          textTable(
            ['key', 'class', 'labels'],
            classes.map(({ name, labels }, i) => [i < 9 ? String(i + 1) : '', name, String(labels)]),
          ),
        ];
  for (const { name, labels } of unknown)
    lines.push(
      `${plural(labels, 'label')} "${name}", which is no class of ${dataset}: "class add" takes it in, "class merge" gives them another.`,
    );
  if (last) lines.push(`Last change: ${said(last)}; "class undo ${dataset}" takes it back.`);
  return lines.join('\n');
}

export function describeClassChange({ dataset, change, undone, classes, answers }: ClassChangeReport): string {
  const what = undone ? `Taken back: ${said(change)}.` : `Done: ${said(change)}.`;
  const list = classes.length > 0 ? `${dataset} has the classes ${classes.join(', ')}.` : `${dataset} has no classes.`;
  const labels = answers > 0 ? [`${plural(answers, 'label')} of all annotators changed with it.`] : [];
  return [what, ...labels, list].join('\n');
}

/** What was done, in a few words. */
function said(change: ClassChange): string {
  switch (change.kind) {
    case 'add':
      return `${change.names.map(quoted).join(', ')} added`;
    case 'rename':
      return `${quoted(change.from)} renamed to ${quoted(change.to)}`;
    case 'merge':
      return `${change.from.map(quoted).join(', ')} merged into ${quoted(change.into)}`;
    case 'remove':
      return `${quoted(change.name)} removed${change.drop ? ' with its labels' : ''}`;
    case 'order':
      return `${change.names.map(quoted).join(', ')} put first`;
  }
}

const quoted = (name: string): string => `"${name}"`;
