import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { commands, l10n, Uri, window } from 'vscode';
import type { FeatureName } from '../../shared/features';
import type { EngineJobs } from '../../shared/protocol/engine';
import { datasetNameOf, isDatasetName } from '../../shared/workspace/datasetName';
import { type DatasetRef, datasetDirectory, datasetRef, placeIn, places } from '../../shared/workspace/paths';
import { classesNeeded } from '../datasets/classesNeeded';
import { isBroken } from '../datasets/datasetState';
import { imageRoot } from '../datasets/knownLabels';
import { type EncoderChoice, importChoices } from '../encoders/choices';
import { tell } from '../notify';
import type { Services } from '../services';
import { imagesText, isolated, numberText } from '../text';
import { lookAhead } from './lookAhead';
import { pickWorkspace } from './pickWorkspace';
import { settle } from './settleEncoder';

/** Basic expressions, offered where the folder doesn't tell its classes; they are what most face datasets use. */
const EXPRESSIONS = ['angry', 'disgust', 'fear', 'happy', 'neutral', 'sad', 'surprise'];

/** Makes a dataset of a folder of images; asks for the folder unless it comes from the explorer. */
export async function newDataset(services: Services, given?: unknown): Promise<DatasetRef | undefined> {
  const from = given instanceof Uri && given.scheme === 'file' ? given : undefined;
  const workspace = await pickWorkspace(from);
  if (workspace === undefined) return undefined;
  const folder = from?.fsPath ?? (await pickFolder(workspace));
  if (folder === undefined) return undefined;
  const name = await chooseName(services, workspace, folder);
  if (name === undefined) return undefined;
  const classes = (await classesNeeded(folder)) ? await askClasses(folder) : null;
  if (classes === undefined) return undefined;
  const params = { workspace, folder, name, ...(classes ? { classes } : {}) };
  const title = l10n.t('Importing {0}', isolated(basename(folder)));
  const report = await services.jobs.run(title, null, (run) => run('import', params));
  if (!report) return undefined;
  await services.datasets.refresh();
  const ref = datasetRef(workspace, report.name);
  await services.reveal(ref);
  const choice = report.alreadyImported ? report.features.use : await askEncoder(ref, report.features);
  describe(services, ref, report);
  await follow(services, ref, report.features.use, choice);
  return ref;
}

/** What rounds look through; closing the list keeps the guess. */
async function askEncoder(
  ref: DatasetRef,
  { use, why }: EngineJobs['import']['result']['features'],
): Promise<EncoderChoice['choice']> {
  const picked = await window.showQuickPick(importChoices(use, why), {
    title: l10n.t('What shall rounds of {0} look through?', isolated(ref.name)),
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
  const isTaken = (name: string) => existsSync(placeIn(datasetDirectory(workspace, name), places.dataset));
  if (!isTaken(own)) return own;
  const there = await datasets.read(datasetRef(workspace, own));
  if (there && !isBroken(there) && imageRoot(there) === resolve(folder)) return own;
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

async function askClasses(folder: string): Promise<string[] | undefined> {
  const parse = (text: string) => [
    ...new Set(
      text
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== ''),
    ),
  ];
  const text = await window.showInputBox({
    title: l10n.t('Classes'),
    prompt: l10n.t(
      '{0} has no class folders. Name the classes to label, with commas between them.',
      isolated(basename(folder)),
    ),
    value: EXPRESSIONS.join(', '),
    ignoreFocusOut: true,
    validateInput: (value) => (parse(value).length < 2 ? l10n.t('Name at least two classes.') : undefined),
  });
  return text === undefined ? undefined : parse(text);
}

function describe({ log }: Services, ref: DatasetRef, report: EngineJobs['import']['result']): void {
  const { broken, duplicates, notes, classes, alreadyImported, name } = report;
  for (const { id, problem } of broken) log.warn(`${name}: ${id} is left out: ${problem}`);
  for (const note of notes) log.info(`${name}: ${note}`);
  const sentences = [
    alreadyImported
      ? l10n.t('Dataset {0} was imported before from the same images; nothing changed.', isolated(name))
      : l10n.t('Dataset {0}: {1} in {2} classes.', isolated(name), imagesText(report.images), classes.length),
  ];
  if (broken.length > 0)
    sentences.push(l10n.t('{0} cannot be used and are left out; the log names them.', imagesText(broken.length)));
  if (duplicates.leaks > 0)
    sentences.push(
      l10n.t('{0} of the test split stand in the pool too, which flatters the accuracy.', imagesText(duplicates.leaks)),
    );
  if (duplicates.copies > 0)
    log.info(`${name}: ${numberText(duplicates.copies)} images repeat another one pixel by pixel.`);
  const showLog = { title: l10n.t('Show Log'), run: () => log.show() };
  const next = { title: l10n.t('Run Active Round'), run: () => commands.executeCommand('warmstart.runRound', ref) };
  tell(sentences.join(' '), next, ...(broken.length > 0 ? [showLog] : []));
}
