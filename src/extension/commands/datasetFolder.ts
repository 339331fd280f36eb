import { commands, env, l10n, Uri, window, workspace } from 'vscode';
import type { DatasetRef } from '../../shared/workspace/paths';
import { isBroken } from '../datasets/datasetState';
import { Refusal } from '../errors';
import { mention, offer } from '../notify';
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
  const problem = await toTrash(Uri.file(ref.directory));
  await services.datasets.refresh();
  if (problem === null) mention(l10n.t('The dataset {0} is in the trash.', isolated(ref.name)));
  else
    await offer(noTrash(ref, problem), {
      title: l10n.t('Reveal in Explorer'),
      run: () => revealDataset(services, ref),
    });
}

/** Why a folder did not go to the trash; null where it did. Never deletes for good: labels are work. */
async function toTrash(folder: Uri): Promise<Error | null> {
  try {
    await workspace.fs.delete(folder, { recursive: true, useTrash: true });
    return null;
  } catch (error) {
    return error as Error;
  }
}

/** VS Code knows a trash only where it runs itself: not over Remote-SSH, in a container, or on a server. */
const noTrash = ({ name, directory }: DatasetRef, { message }: Error): string =>
  env.remoteName === undefined
    ? l10n.t(
        'The dataset {0} could not be moved to the trash ({1}); nothing was removed. Delete the folder {2} yourself if you mean it.',
        isolated(name),
        message,
        isolated(directory),
      )
    : l10n.t(
        'There is no trash on a remote machine, so the dataset {0} was not removed. Delete the folder {1} yourself if you mean it; that cannot be undone.',
        isolated(name),
        isolated(directory),
      );
