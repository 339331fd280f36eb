import { commands, l10n, Uri, window, workspace } from 'vscode';
import { isBroken } from '../datasets/datasetState';
import { Refusal } from '../errors';
import { mention } from '../notify';
import type { Services } from '../services';
import { isolated } from '../text';
import { pickListing } from './pickDataset';

/** Shows the folder of a dataset in the explorer. */
export async function revealDataset(services: Services, target?: unknown): Promise<void> {
  const listing = await pickListing(services, target);
  if (listing) await commands.executeCommand('revealInExplorer', Uri.file(listing.ref.directory));
}

/** Moves the folder of a dataset to the trash, once a person has read what is in it. */
export async function removeDataset(services: Services, target?: unknown): Promise<void> {
  const listing = await pickListing(services, target);
  if (!listing) return;
  const { ref } = listing;
  if (services.jobs.tasks.some((task) => task.ref?.directory === ref.directory))
    throw new Refusal(l10n.t('Something is running for {0}; stop it first.', isolated(ref.name)));
  const remove = l10n.t('Move to Trash');
  const what = isBroken(listing)
    ? l10n.t('Its labels, rounds, models and benchmarks go to the trash. The images stay where they are.')
    : l10n.t(
        'Labels ({0}), rounds ({1}), models and benchmarks go to the trash. The images stay where they are.',
        listing.labelled,
        listing.rounds.length,
      );
  const answer = await window.showWarningMessage(
    l10n.t('Remove the dataset {0}?', isolated(ref.name)),
    { modal: true, detail: what },
    remove,
  );
  if (answer !== remove) return;
  await toTrash(Uri.file(ref.directory));
  await services.datasets.refresh();
  mention(l10n.t('The dataset {0} is in the trash.', isolated(ref.name)));
}

/** Never deletes for good: labels are work. */
async function toTrash(folder: Uri): Promise<void> {
  try {
    await workspace.fs.delete(folder, { recursive: true, useTrash: true });
  } catch (error) {
    throw new Refusal(
      l10n.t(
        '{0} could not be moved to the trash ({1}); delete the folder yourself if you mean it.',
        isolated(folder.fsPath),
        (error as Error).message,
      ),
    );
  }
}
