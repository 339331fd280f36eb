import { commands, l10n, type Uri } from 'vscode';
import { tell } from './notify';
import { isolated } from './text';

/** Says where a file was written to, and offers to show it there; with `opens` also in an editor. */
export function tellExported(file: Uri, { opens }: { readonly opens: boolean }): void {
  const reveal = { title: l10n.t('Show in Folder'), run: () => commands.executeCommand('revealFileInOS', file) };
  const open = { title: l10n.t('Open File'), run: () => commands.executeCommand('vscode.open', file) };
  tell(l10n.t('Exported to {0}.', isolated(file.fsPath)), ...(opens ? [open, reveal] : [reveal]));
}
