import { l10n } from 'vscode';
import { exists } from '../exists';
import { isolated } from '../text';

/** Why an image's picture is not shown, as a sentence. `path`: where it should be; null where that is not known. */
export async function whyNotShown(image: string, path: string | null): Promise<string> {
  if (!path || !(await exists(path)))
    return l10n.t('{0} is no longer there; put the image back to label it.', isolated(path || image));
  return l10n.t(
    '{0} cannot be shown: the file is damaged, or of a kind that can only be decoded elsewhere.',
    isolated(path),
  );
}
