import { commands, l10n, type Uri, window, workspace } from 'vscode';
import { diskFolders } from '../datasets/datasetStore';
import { offer } from '../notify';

/** The workspace folder that a new dataset goes to; asks when there are several. */
export async function pickWorkspace(near?: Uri): Promise<string | undefined> {
  const folders = diskFolders();
  const [only, ...others] = folders;
  if (!only) {
    await offer(l10n.t('Open a folder first: Warmstart keeps its datasets and labels in it.'), {
      title: l10n.t('Open Folder'),
      run: () => commands.executeCommand('vscode.openFolder'),
    });
    return undefined;
  }
  const around = near && workspace.getWorkspaceFolder(near);
  if (around && folders.includes(around)) return around.uri.fsPath;
  if (others.length === 0) return only.uri.fsPath;
  const items = folders.map(({ name, uri }) => ({ label: name, description: uri.fsPath, path: uri.fsPath }));
  const title = l10n.t('Which workspace folder should hold the dataset?');
  return (await window.showQuickPick(items, { title }))?.path;
}
