import { l10n } from 'vscode';
import { isolated } from '../text';

/** A sentence for an answer whose class the dataset does not have. `line`: where it stands, if that is known. */
export function unknownClass(
  image: string,
  label: string | undefined,
  classes: readonly string[],
  line: number | null = null,
): string {
  const [id, given, known] = [isolated(image), isolated(label ?? ''), classes.map(isolated).join(', ')];
  return line === null
    ? l10n.t(
        'Image "{0}" has the unknown class "{1}"; use one of {2}, or Edit Classes… to take it in.',
        id,
        given,
        known,
      )
    : l10n.t(
        'Line {3}: image "{0}" has the unknown class "{1}"; use one of {2}, or Edit Classes… to take it in.',
        id,
        given,
        known,
        line,
      );
}
