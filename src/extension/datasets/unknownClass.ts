import { l10n } from 'vscode';
import { isolated } from '../text';

/** A sentence for an answer whose class the dataset does not have. */
export function unknownClass(image: string, label: string | undefined, classes: readonly string[]): string {
  return l10n.t(
    'Image "{0}" has the unknown class "{1}"; use one of {2}, or Edit Classes… to take it in.',
    isolated(image),
    isolated(label ?? ''),
    classes.map(isolated).join(', '),
  );
}
