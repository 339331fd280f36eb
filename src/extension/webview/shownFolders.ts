import { realpathSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { commands, l10n, type Memento, window, workspace } from 'vscode';
import { isBelow } from '../../shared/workspace/inside';
import { isolated } from '../text';

/** What panels ask about folders of images. */
export type FolderAccess = Pick<ShownFolders, 'isOpen' | 'ask'>;

/**
 * Which folders of images pages may load. A dataset.json can name any folder of the machine, so outside of the workspace it takes
 * the person's word, which is kept where no repository reaches, and in a folder that is not trusted nothing does.
 */
export class ShownFolders {
  /** Questions that stand on the screen. */
  private readonly asking = new Map<string, Promise<boolean>>();

  constructor(private readonly memory: Memento) {}

  /** Whether pages of a dataset (`directory`) may load a folder's images. */
  async isOpen(directory: string, folder: string): Promise<boolean> {
    const real = await realFolder(folder);
    return isInWorkspace(real) || (workspace.isTrusted && this.memory.get(key(directory)) === real);
  }

  /** The person has chosen a folder, which the images are in. Another one of the same dataset is asked for. */
  async openWithin(directory: string, folder: string, chosen: string): Promise<void> {
    const [real, within] = await Promise.all([folder, chosen].map(realFolder));
    if (real && within && isBelow(within, real)) await this.memory.update(key(directory), real);
  }

  /** Asks, once for all pages of a dataset; tells whether the folder is open then. */
  async ask(directory: string, folder: string, dataset: string): Promise<boolean> {
    const question = JSON.stringify([directory, await realFolder(folder)]);
    const asked = this.asking.get(question) ?? this.askNow(directory, folder, dataset);
    this.asking.set(question, asked);
    return asked.finally(() => this.asking.delete(question));
  }

  private async askNow(directory: string, folder: string, dataset: string): Promise<boolean> {
    const [name, where] = [isolated(dataset), isolated(await realFolder(folder))];
    if (!workspace.isTrusted) {
      const manage = l10n.t('Manage Workspace Trust');
      const chosen = await window.showWarningMessage(
        l10n.t(
          'The images of {0} are in {1}, outside of this folder, which you do not trust; they are not shown.',
          name,
          where,
        ),
        manage,
      );
      if (chosen === manage) await commands.executeCommand('workbench.trust.manage');
      return this.isOpen(directory, folder);
    }
    const show = l10n.t('Show Images');
    const chosen = await window.showWarningMessage(
      l10n.t('The images of {0} are in {1}, outside of this workspace. Show them?', name, where),
      show,
    );
    if (chosen !== show) return false;
    await this.openWithin(directory, folder, folder);
    return true;
  }
}

/** Whether a file is in the workspace, links followed. */
export function isReallyInWorkspace(path: string): boolean {
  try {
    return isInWorkspace(realpathSync.native(path));
  } catch {
    return true; // not there: nothing to show
  }
}

const key = (directory: string): string => `shownFolder ${directory}`;

const realFolder = (folder: string): Promise<string> => realpath(folder).catch(() => folder);

const isInWorkspace = (real: string): boolean =>
  (workspace.workspaceFolders ?? []).some(({ uri }) => {
    try {
      return isBelow(realpathSync.native(uri.fsPath), real);
    } catch {
      return false;
    }
  });
