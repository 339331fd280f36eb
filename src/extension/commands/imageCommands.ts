import { join } from 'node:path';
import { commands, l10n, Uri, workspace } from 'vscode';
import { datasetRef } from '../../shared/workspace/paths';
import { isBroken } from '../datasets/datasetState';
import { imageRoot } from '../datasets/knownLabels';
import { Refusal } from '../errors';
import { exists } from '../exists';
import type { Services } from '../services';
import { isolated } from '../text';
import { textIn } from './arguments';

/** Opens the original of an image that a page of ours names. */
export async function openImage(services: Services, target?: unknown): Promise<void> {
  const file = await fileIn(services, target);
  if (file) await commands.executeCommand('vscode.open', file);
}

/** Shows it in the explorer, or, where it lies outside of the workspace, in the file manager of the system. */
export async function revealImage(services: Services, target?: unknown): Promise<void> {
  const file = await fileIn(services, target);
  if (!file) return;
  await commands.executeCommand(workspace.getWorkspaceFolder(file) ? 'revealInExplorer' : 'revealFileInOS', file);
}

async function fileIn({ datasets, engine }: Services, target: unknown): Promise<Uri | undefined> {
  const [folder, dataset, image] = ['workspace', 'dataset', 'image'].map((name) => textIn(target, name));
  if (folder === undefined || dataset === undefined || image === undefined) return undefined;
  const state = await datasets.read(datasetRef(folder, dataset));
  if (!state || isBroken(state)) return undefined;
  const path =
    state.file.layout === 'fer2013'
      ? (await engine.request('images/files', { workspace: folder, dataset, images: [image] })).files[0]
      : join(imageRoot(state), ...image.split('/').filter((step) => step !== '..'));
  if (!path || !(await exists(path))) throw new Refusal(l10n.t('{0} is no longer there.', isolated(path ?? image)));
  return Uri.file(path);
}
