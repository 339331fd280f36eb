import { l10n, window } from 'vscode';
import { classNamesIn, classNamesProblem } from '../classNames';
import type { DatasetState } from '../datasets/datasetState';
import { mention } from '../notify';
import type { Services } from '../services';
import { isolated } from '../text';
import { pickDataset } from './pickDataset';

/** Adds classes at the end: the keys of those that are there stay as they are. */
export async function addClass(services: Services, target?: unknown): Promise<void> {
  const state = await pickDataset(services, target);
  if (state) await askAndAdd(services, state);
}

/** True when something was added. */
export async function askAndAdd(services: Services, { ref, file }: DatasetState): Promise<boolean> {
  const text = await window.showInputBox({
    title: l10n.t('Add Classes to {0}', isolated(ref.name)),
    prompt: l10n.t('Name of the class; several with commas between them.'),
    ignoreFocusOut: true,
    validateInput: (value) => classNamesProblem(value, file.classes),
  });
  const names = classNamesIn(text ?? '');
  if (names.length === 0) return false;
  const address = { workspace: ref.workspace, dataset: ref.name };
  await services.engine.request('classes/change', { ...address, change: { kind: 'add', names } });
  await services.datasets.refresh();
  mention(l10n.t('Added to {0}: {1}', isolated(ref.name), names.map(isolated).join(', ')));
  return true;
}
