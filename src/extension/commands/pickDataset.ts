import { basename } from 'node:path';
import { l10n, Uri, window } from 'vscode';
import type { DatasetRef } from '../../shared/workspace/paths';
import { type DatasetListing, type DatasetState, isBroken } from '../datasets/datasetState';
import { diskFolders, usable } from '../datasets/datasetStore';
import { Refusal } from '../errors';
import { offer } from '../notify';
import type { Services } from '../services';
import { imagesText, isolated, labelsText, plainLabel } from '../text';
import { refIn } from './arguments';
import { newDataset } from './newDataset';
import { openSample } from './openSample';
import { pickWorkspace } from './pickWorkspace';

/** The dataset that a command is to work on: the argument's, the only one, or the one that is picked. Offers to make one. */
export async function pickDataset(services: Services, argument: unknown): Promise<DatasetState | undefined> {
  const listing = await pickListing(services, argument);
  if (!listing || !isBroken(listing)) return listing;
  const { ref, problem } = listing;
  await offer(
    l10n.t('Dataset {0} cannot be used: {1} {2}', isolated(ref.name), isolated(problem.file), problem.message),
    {
      title: l10n.t('Open File'),
      run: () => window.showTextDocument(Uri.file(problem.file)),
    },
  );
  return undefined;
}

/** The same for a command that has something to show of a damaged dataset too. */
export async function pickListing(services: Services, argument: unknown): Promise<DatasetListing | undefined> {
  const ref = refIn(argument);
  if (ref) return readPicked(services, ref);
  const listings = await services.datasets.all();
  const [only, ...others] = listings;
  if (only && others.length === 0) return readPicked(services, only.ref);
  if (only) {
    // damaged ones too: who looks for one of them must not think that it is gone
    const sorted = [...usable(listings), ...listings.filter(isBroken)];
    const picked = await window.showQuickPick(sorted.map(item), { title: l10n.t('Dataset'), matchOnDescription: true });
    return picked && readPicked(services, picked.ref);
  }
  if (services.jobs.tasks.some((task) => task.ref === null))
    throw new Refusal(l10n.t('The first dataset is being made; try again when it is there.'));
  const made = await offerToMake(services);
  return made && readPicked(services, made);
}

/** As it is on disk now, not as it was last seen. */
async function readPicked({ datasets }: Services, ref: DatasetRef): Promise<DatasetListing> {
  const listing = await datasets.read(ref);
  if (!listing)
    throw new Refusal(l10n.t('There is no dataset {0} any more in {1}.', isolated(ref.name), isolated(ref.workspace)));
  return listing;
}

async function offerToMake(services: Services): Promise<DatasetRef | undefined> {
  if (diskFolders().length === 0) {
    await pickWorkspace(); // says that a folder is missing
    return undefined;
  }
  let made: DatasetRef | undefined;
  await offer(
    l10n.t('There is no dataset yet.'),
    { title: l10n.t('New Dataset from Folder'), run: async () => (made = await newDataset(services)) },
    { title: l10n.t('Open Sample Dataset'), run: async () => (made = await openSample(services)) },
  );
  return made;
}

function item(listing: DatasetListing) {
  const { ref } = listing;
  const description = diskFolders().length > 1 ? plainLabel(basename(ref.workspace)) : '';
  if (isBroken(listing))
    return {
      label: `$(warning) ${plainLabel(ref.name)}`,
      description,
      detail: plainLabel(`${basename(listing.problem.file)}: ${listing.problem.message}`),
      ref,
    };
  const { split } = listing.file;
  const detail = `${imagesText(split.train + split.test)} · ${labelsText(listing.labelled)}`;
  return { label: plainLabel(ref.name), description, detail, ref };
}
