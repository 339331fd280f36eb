import { commands, Uri } from 'vscode';
import type { Services } from '../services';

/** Pages that lie in the extension itself, with their pictures: an extension's page in VS Code shows none of these without a public address. */
const page =
  (...path: string[]) =>
  ({ context }: Services): Promise<unknown> =>
    Promise.resolve(commands.executeCommand('markdown.showPreview', Uri.joinPath(context.extensionUri, ...path)));

export const openGuide = page('docs', 'user-guide.md');
export const openProblems = page('COMMON_PROBLEMS.md');
