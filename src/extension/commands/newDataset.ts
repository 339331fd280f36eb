import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { commands, l10n, Uri, window } from 'vscode';
import type { FeatureName } from '../../shared/features';
import type { EngineJobs } from '../../shared/protocol/engine';
import { datasetNameOf, isDatasetName } from '../../shared/workspace/datasetName';
import { type DatasetRef, datasetDirectory, datasetRef, placeIn, places } from '../../shared/workspace/paths';
import { isBroken } from '../datasets/datasetState';
import { photosOf } from '../datasets/facePhotos';
import { imageRoot } from '../datasets/knownLabels';
import { type EncoderChoice, importChoices } from '../encoders/choices';
import { type FolderPlace, firstLook } from '../importing/importSession';
import type { ImportWish } from '../importing/importWish';
import { tell } from '../notify';
import type { Services } from '../services';
import { imagesText, isolated, numberText } from '../text';
import { lookAhead } from './lookAhead';
import { pickWorkspace } from './pickWorkspace';
import { settle } from './settleEncoder';

/** Makes a dataset of a folder of images; asks for the folder unless it comes from the explorer. */
export async function newDataset(services: Services, given?: unknown): Promise<DatasetRef | undefined> {
  const from = given instanceof Uri && given.scheme === 'file' ? given : undefined;
  const workspace = await pickWorkspace(from);
  if (workspace === undefined) return undefined;
  const folder = from?.fsPath ?? (await pickFolder(workspace));
  if (folder === undefined) return undefined;
  const name = await chooseName(services, workspace, folder);
  if (name === undefined) return undefined;
  const wish = isDataset(workspace, name) ? {} : await review(services, { workspace, folder });
  if (wish === undefined) return undefined;
  const params = { workspace, folder, name, ...wish };
  const title = l10n.t('Importing {0}', isolated(basename(folder)));
  const report = await services.jobs.run(title, null, (run) => run('import', params));
  if (!report) return undefined;
  await services.datasets.refresh();
  const ref = datasetRef(workspace, report.name);
  await showChosen(services, ref, folder);
  await services.reveal(ref);
  const choice = report.alreadyImported ? report.features.use : await askEncoder(ref, report.features);
  describe(services, ref, report);
  await follow(services, ref, report.features.use, choice);
  return ref;
}

/** What somebody has chosen may be shown, also where the images turn out to be in a folder of it. */
async function showChosen({ datasets, shown }: Services, ref: DatasetRef, folder: string): Promise<void> {
  const state = await datasets.read(ref);
  if (state && !isBroken(state)) await shown.openWithin(ref.directory, imageRoot(state), folder);
}

/** Shows how the folder is read, and what the person makes of it; undefined when they gave up. */
async function review({ jobs, importing }: Services, at: FolderPlace): Promise<ImportWish | undefined> {
  const title = l10n.t('Looking into {0}', isolated(basename(at.folder)));
  const look = await jobs.run(title, null, (run) => firstLook(run, at));
  return look && importing.review(at, look);
}

const isDataset = (workspace: string, name: string): boolean =>
  existsSync(placeIn(datasetDirectory(workspace, name), places.dataset));

/** What rounds look through; closing the list keeps the guess. */
async function askEncoder(
  ref: DatasetRef,
  { use, why }: EngineJobs['import']['result']['features'],
): Promise<EncoderChoice['choice']> {
  const picked = await window.showQuickPick(importChoices(use, why), {
    title: l10n.t('What should rounds of {0} look through?', isolated(ref.name)),
    placeHolder: l10n.t('Escape keeps the guess; Use an Encoder… changes it at any time'),
    ignoreFocusOut: true,
  });
  return picked?.choice ?? use;
}

/** Has the guess look at all images meanwhile, or takes what was chosen instead. */
async function follow(
  services: Services,
  ref: DatasetRef,
  guess: FeatureName,
  choice: EncoderChoice['choice'],
): Promise<void> {
  if (choice === guess) return lookAhead(services, ref);
  const state = await services.datasets.read(ref);
  if (state && !isBroken(state)) await settle(services, state, choice);
}

async function pickFolder(workspace: string): Promise<string | undefined> {
  const [chosen] =
    (await window.showOpenDialog({
      title: l10n.t('Folder of Images'),
      openLabel: l10n.t('Make Dataset'),
      canSelectFiles: false,
      canSelectFolders: true,
      defaultUri: Uri.file(workspace),
    })) ?? [];
  return chosen?.fsPath;
}

/** The folder's own name, unless another dataset has it. */
async function chooseName({ datasets }: Services, workspace: string, folder: string): Promise<string | undefined> {
  const own = datasetNameOf(basename(folder));
  const isTaken = (name: string) => isDataset(workspace, name);
  if (!isTaken(own)) return own;
  const there = await datasets.read(datasetRef(workspace, own));
  const ref = datasetRef(workspace, own);
  if (there && !isBroken(there) && [imageRoot(there), await photosOf(ref)].includes(resolve(folder))) return own;
  let n = 2;
  while (isTaken(`${own}-${n}`)) n++;
  return window.showInputBox({
    title: l10n.t('Name of the Dataset'),
    prompt: l10n.t('There is a dataset "{0}" already, made of other images.', isolated(own)),
    value: `${own}-${n}`,
    validateInput: (name) => {
      if (!isDatasetName(name)) return l10n.t('Use a name that a folder can have, without a dot at either end.');
      return isTaken(name) ? l10n.t('There is a dataset of that name already.') : undefined;
    },
  });
}

function describe({ log }: Services, ref: DatasetRef, report: EngineJobs['import']['result']): void {
  const { broken, duplicates, notes, classes, name } = report;
  for (const { id, problem } of broken) log.warn(`${name}: ${id} is left out: ${problem}`);
  for (const note of notes) log.info(`${name}: ${note}`);
  for (const image of report.changes?.missing ?? []) log.warn(`${name}: ${image} is no longer there.`);
  const sentences = [imported(report)];
  if (broken.length > 0)
    sentences.push(l10n.t('{0} cannot be used and are left out; the log names them.', imagesText(broken.length)));
  if (duplicates.leaks > 0)
    sentences.push(
      l10n.t(
        '{0} of the test split are also in the training pool; accuracy will look too good.',
        imagesText(duplicates.leaks),
      ),
    );
  if (duplicates.copies > 0)
    log.info(`${name}: ${numberText(duplicates.copies)} images repeat another one pixel by pixel.`);
  const showLog = { title: l10n.t('Show Log'), run: () => log.show() };
  const next =
    classes.length < 2
      ? { title: l10n.t('Add Class'), run: () => commands.executeCommand('warmstart.addClass', ref) }
      : { title: l10n.t('Run Active Round'), run: () => commands.executeCommand('warmstart.runRound', ref) };
  tell(sentences.join(' '), next, ...(broken.length > 0 ? [showLog] : []));
}

/** What was made or has changed. */
function imported({ name, images, classes, changes, alreadyImported }: EngineJobs['import']['result']): string {
  if (alreadyImported)
    return l10n.t('Dataset {0} was imported before from the same images; nothing changed.', isolated(name));
  if (changes) {
    const { added, changed, missing } = changes;
    return l10n.t(
      'Dataset {0} is up to date: {1} new, {2} changed, {3} no longer there. Labels and rounds are as before.',
      isolated(name),
      numberText(added),
      numberText(changed),
      numberText(missing.length),
    );
  }
  return classes.length === 0
    ? l10n.t('Dataset {0}: {1}, no classes yet.', isolated(name), imagesText(images))
    : l10n.t('Dataset {0}: {1} in {2} classes.', isolated(name), imagesText(images), classes.length);
}
