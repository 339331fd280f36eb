import { l10n } from 'vscode';
import type { DatasetRef } from '../../shared/workspace/paths';
import { showFailure } from '../errors';
import type { Services } from '../services';
import { isolated } from '../text';

/**
 * Has the encoder look at all images while nobody waits, so that rounds need not. A round that comes before the end goes
 * first, and looks at what it lacks itself.
 */
export function lookAhead({ jobs, log }: Services, ref: DatasetRef): void {
  const title = l10n.t('Looking at the images of {0}', isolated(ref.name));
  const address = { workspace: ref.workspace, dataset: ref.name };
  jobs.runAhead(title, ref, 'embed', address).catch((error: unknown) => showFailure(error, log));
}
