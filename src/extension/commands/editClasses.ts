import { l10n, type QuickPickItem, QuickPickItemKind, window } from 'vscode';
import type { ClassesChanged, EngineRequests } from '../../shared/protocol/engine';
import type { ClassChange } from '../../shared/schema/classChange';
import type { DatasetRef } from '../../shared/workspace/paths';
import { classNameProblem } from '../classNames';
import { mention } from '../notify';
import type { Services } from '../services';
import { isolated, labelsText, plainLabel } from '../text';
import { askAndAdd } from './addClass';
import { pickDataset } from './pickDataset';

type Listed = EngineRequests['classes/list']['result'];
type ClassItem = Listed['classes'][number];

/** What was picked; tells whether the list is shown again. */
interface Choice extends QuickPickItem {
  readonly run?: () => Promise<boolean>;
}

/** The classes of a dataset as a list in which each can be renamed, merged, removed and moved; goes on until it is closed. */
export async function editClasses(services: Services, target?: unknown): Promise<void> {
  const state = await pickDataset(services, target);
  if (!state) return;
  const { ref } = state;
  for (let goesOn = true; goesOn; ) {
    const listed = await services.engine.request('classes/list', addressOf(ref));
    const picked = await window.showQuickPick(choices(services, ref, listed), {
      title: l10n.t('Classes of {0}', isolated(ref.name)),
      placeHolder: l10n.t('Pick a class to rename, merge, remove or move it'),
      ...stays,
    });
    goesOn = (await picked?.run?.()) ?? false;
  }
}

/** A panel behind the lists gets the focus back for a moment between one list and the next. */
const stays = { ignoreFocusOut: true };

const addressOf = ({ workspace, name }: DatasetRef) => ({ workspace, dataset: name });

function choices(services: Services, ref: DatasetRef, listed: Listed): Choice[] {
  const classes = listed.classes.map(
    (one, index): Choice => ({
      label: plainLabel(one.name),
      description: [labelsText(one.labels), ...(index < 9 ? [l10n.t('key {0}', index + 1)] : [])].join(' · '),
      run: () => editOne(services, ref, listed, one),
    }),
  );
  const unknown = listed.unknown.map(
    (one): Choice => ({
      label: `$(warning) ${plainLabel(one.name)}`,
      description: l10n.t('{0}, but no class of the dataset', labelsText(one.labels)),
      run: () => takeUp(services, ref, listed, one),
    }),
  );
  const add = { label: `$(add) ${l10n.t('Add Class…')}`, run: () => addHere(services, ref) };
  const undo = listed.last && {
    label: `$(discard) ${l10n.t('Undo the Last Change')}`,
    description: changeText(listed.last),
    run: async () => tellChange(services, ref, await services.engine.request('classes/undo', addressOf(ref))),
  };
  return [...classes, ...unknown, { label: '', kind: QuickPickItemKind.Separator }, add, ...(undo ? [undo] : [])];
}

async function addHere(services: Services, ref: DatasetRef): Promise<boolean> {
  const state = await pickDataset(services, ref);
  return state !== undefined && askAndAdd(services, state);
}

async function editOne(
  services: Services,
  ref: DatasetRef,
  listed: Listed,
  { name, labels }: ClassItem,
): Promise<boolean> {
  const names = listed.classes.map((one) => one.name);
  const at = names.indexOf(name);
  const move = (to: number) => () => {
    const order = names.filter((one) => one !== name);
    order.splice(to, 0, name);
    return change(services, ref, { kind: 'order', names: order });
  };
  const items: Choice[] = [
    { label: `$(edit) ${l10n.t('Rename…')}`, run: () => rename(services, ref, names, name) },
    ...(names.length > 1
      ? [{ label: `$(combine) ${l10n.t('Merge into…')}`, run: () => mergeInto(services, ref, names, name) }]
      : []),
    ...(at > 0 ? [{ label: `$(arrow-up) ${l10n.t('Move Up')}`, run: move(at - 1) }] : []),
    ...(at < names.length - 1 ? [{ label: `$(arrow-down) ${l10n.t('Move Down')}`, run: move(at + 1) }] : []),
    ...(at > 0 ? [{ label: `$(fold-up) ${l10n.t('Move to the Top')}`, run: move(0) }] : []),
    { label: `$(trash) ${l10n.t('Remove…')}`, run: () => remove(services, ref, names, { name, labels }) },
  ];
  const picked = await window.showQuickPick(items, {
    title: l10n.t('Class {0} of {1}', isolated(name), isolated(ref.name)),
    placeHolder: labelsText(labels),
    ...stays,
  });
  return (await picked?.run?.()) ?? true; // Escape leads back to the list
}

async function rename(services: Services, ref: DatasetRef, names: readonly string[], from: string): Promise<boolean> {
  const others = names.filter((one) => one !== from);
  const to = await window.showInputBox({
    title: l10n.t('Rename the Class {0}', isolated(from)),
    prompt: l10n.t('The labels of all annotators get the new name.'),
    value: from,
    ignoreFocusOut: true,
    validateInput: (value) => classNameProblem(value, others),
  });
  return to === undefined || to.trim() === from || change(services, ref, { kind: 'rename', from, to });
}

async function mergeInto(
  services: Services,
  ref: DatasetRef,
  names: readonly string[],
  name: string,
): Promise<boolean> {
  const into = await pickClass(
    names.filter((one) => one !== name),
    l10n.t('Merge {0} into Which Class?', isolated(name)),
  );
  return into === undefined || change(services, ref, { kind: 'merge', from: [name], into });
}

const pickClass = async (names: readonly string[], title: string): Promise<string | undefined> => {
  const items = names.map((name) => ({ label: plainLabel(name), name }));
  return (await window.showQuickPick(items, { title, ...stays }))?.name;
};

/** A class with labels goes only when somebody has said what becomes of them. */
async function remove(
  services: Services,
  ref: DatasetRef,
  names: readonly string[],
  { name, labels }: ClassItem,
): Promise<boolean> {
  if (labels === 0) return change(services, ref, { kind: 'remove', name });
  const move: Choice = {
    label: l10n.t('Give them another class…'),
    run: () => mergeInto(services, ref, names, name),
  };
  const drop: Choice = {
    label: l10n.t('Take them back'),
    description: l10n.t('the images are unlabelled again; Undo the Last Change brings them back'),
    run: () => change(services, ref, { kind: 'remove', name, drop: true }),
  };
  const picked = await window.showQuickPick([...(names.length > 1 ? [move] : []), drop], {
    title: l10n.t('{0}: {1}. What should happen to the labels?', isolated(name), labelsText(labels)),
    ...stays,
  });
  return (await picked?.run?.()) ?? true;
}

/** Labels of a class that is none: it becomes one, or another one gets them. */
async function takeUp(services: Services, ref: DatasetRef, listed: Listed, { name }: ClassItem): Promise<boolean> {
  const names = listed.classes.map((one) => one.name);
  const items: Choice[] = [
    { label: l10n.t('Make it a class'), run: () => change(services, ref, { kind: 'add', names: [name] }) },
    ...(names.length > 0
      ? [{ label: l10n.t('Give them another class…'), run: () => mergeInto(services, ref, names, name) }]
      : []),
  ];
  const picked = await window.showQuickPick(items, {
    title: l10n.t('There are labels "{0}", which is no class of {1}', isolated(name), isolated(ref.name)),
    ...stays,
  });
  return (await picked?.run?.()) ?? true;
}

async function change(services: Services, ref: DatasetRef, wanted: ClassChange): Promise<boolean> {
  const changed = await services.engine.request('classes/change', { ...addressOf(ref), change: wanted });
  return tellChange(services, ref, changed);
}

async function tellChange(services: Services, ref: DatasetRef, { change: done, answers }: ClassesChanged) {
  await services.datasets.refresh();
  mention(l10n.t('{0}: {1} ({2} changed)', isolated(ref.name), changeText(done), labelsText(answers)));
  return true;
}

/** What a change did, in a few words. */
function changeText(done: ClassChange): string {
  switch (done.kind) {
    case 'add':
      return l10n.t('{0} added', done.names.map(isolated).join(', '));
    case 'rename':
      return l10n.t('{0} renamed to {1}', isolated(done.from), isolated(done.to));
    case 'merge':
      return l10n.t('{0} merged into {1}', done.from.map(isolated).join(', '), isolated(done.into));
    case 'remove':
      return l10n.t('{0} removed', isolated(done.name));
    case 'order':
      return l10n.t('order changed');
  }
}
