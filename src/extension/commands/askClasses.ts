import { basename } from 'node:path';
import { l10n, ProgressLocation, type QuickPickItem, window } from 'vscode';
import type { EngineJobs, EngineRequests, FolderLook } from '../../shared/protocol/engine';
import { classNamesIn, classNamesProblem } from '../classNames';
import type { Services } from '../services';
import { imagesText, isolated, numberText, plainLabel } from '../text';

/** What an import is told of the classes. */
type ClassChoice = Pick<EngineJobs['import']['params'], 'classes' | 'classFolders'>;

/** Folders that are named in the question. */
const SHOWN = 6;

/** What a folder holds. Throws where there are no images. */
export async function lookInto({ engine }: Services, of: EngineRequests['folder/look']['params']): Promise<FolderLook> {
  const title = l10n.t('Looking into {0}', isolated(basename(of.folder)));
  return window.withProgress({ location: ProgressLocation.Window, title }, () => engine.request('folder/look', of));
}

/** Asks what the classes of a folder are, as far as it does not say so itself. Undefined when the person gave up. */
export async function askClasses(look: FolderLook): Promise<ClassChoice | undefined> {
  if (look.images === null) return {};
  if (look.areClasses) return { classFolders: true };
  if (look.subfolders.length > 0) {
    const areClasses = await askFolders(look);
    if (areClasses === undefined) return undefined;
    if (areClasses) return { classFolders: true };
  }
  const classes = await askNames();
  return classes && { classes };
}

/** The likelier answer comes first. */
async function askFolders({ subfolders, doubt }: FolderLook): Promise<boolean | undefined> {
  const named = subfolders.slice(0, SHOWN).map(({ name, images }) => `${plainLabel(name)} (${numberText(images)})`);
  const yes: QuickPickItem & { areClasses: boolean } = {
    label: l10n.t('Yes, each sub-folder is a class'),
    detail: [...named, ...(subfolders.length > SHOWN ? ['…'] : [])].join(', '),
    areClasses: true,
  };
  const no = {
    label: l10n.t('No, they are just folders'),
    detail: l10n.t('Name the classes next, or decide on them later'),
    areClasses: false,
  };
  const picked = await window.showQuickPick(doubt === null ? [yes, no] : [no, yes], {
    title:
      subfolders.length === 1
        ? l10n.t('I found one sub-folder: is it one of your classes?')
        : l10n.t('I found {0} sub-folders: are these your classes?', numberText(subfolders.length)),
    placeHolder: imagesText(subfolders.reduce((sum, { images }) => sum + images, 0)),
    ignoreFocusOut: true,
  });
  return picked?.areClasses;
}

async function askNames(): Promise<string[] | undefined> {
  const text = await window.showInputBox({
    title: l10n.t('Classes'),
    prompt: l10n.t('Name the classes to label, with commas between them. Leave it empty to decide later.'),
    placeHolder: l10n.t('happy, sad, other'),
    ignoreFocusOut: true,
    validateInput: (value) => classNamesProblem(value, []),
  });
  return text === undefined ? undefined : classNamesIn(text);
}
