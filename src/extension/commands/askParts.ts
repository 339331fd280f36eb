import { l10n, type QuickPickItem, window } from 'vscode';
import type { FolderLook, PartsWish } from '../../shared/protocol/engine';
import { isolated } from '../text';

/** Asks whether folders that are named like parts of the images are such; undefined when the person gave up. */
export async function askParts({ parts }: FolderLook): Promise<PartsWish | undefined> {
  if (!parts) return {};
  const { train, test } = parts;
  const names = [...train, ...test].map(isolated).join(', ');
  const yes: QuickPickItem & { wish: PartsWish } = {
    label: l10n.t('They are parts of the images'),
    detail:
      test.length > 0
        ? l10n.t('{0}: to measure accuracy on, never to label', test.map(isolated).join(', '))
        : l10n.t('{0}: to learn from; what lies in it may be classes', train.map(isolated).join(', ')),
    wish: { ...(train.length > 0 && { train }), ...(test.length > 0 && { test }) },
  };
  const no: QuickPickItem & { wish: PartsWish } = {
    label: l10n.t('They are folders like any others'),
    detail: l10n.t('All images are there to be labelled'),
    wish: { splits: false },
  };
  const picked = await window.showQuickPick([yes, no], {
    title: l10n.t('What is in {0}?', names),
    placeHolder: l10n.t('The name says that it may be a part of the images; nobody but you can know'),
    ignoreFocusOut: true,
  });
  return picked?.wish;
}
