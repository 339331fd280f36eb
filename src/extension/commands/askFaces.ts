import { l10n, window } from 'vscode';
import type { FolderLook } from '../../shared/protocol/engine';

/** Asks whether photos are to be taken as they are, or every face in them; undefined when the person gave up. */
export async function askFaces({ mayBePhotos }: FolderLook): Promise<{ faces?: true } | undefined> {
  if (!mayBePhotos) return {};
  const whole = {
    label: l10n.t('The images as they are'),
    detail: l10n.t('One label an image'),
    choice: {},
  };
  const faces = {
    label: l10n.t('Every face in them'),
    detail: l10n.t('Cut out, upright and close: one label a face, however many a photo shows'),
    choice: { faces: true } as const,
  };
  const picked = await window.showQuickPick([whole, faces], {
    title: l10n.t('These files are as large as photos: what should be labelled?'),
    placeHolder: l10n.t('The photos stay as they are, and where they are'),
    ignoreFocusOut: true,
  });
  return picked?.choice;
}
