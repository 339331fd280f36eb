import { join } from 'node:path';
import { commands, l10n, Uri, window, workspace } from 'vscode';
import { datasetRef } from '../../shared/workspace/paths';
import { type DatasetState, isBroken } from '../datasets/datasetState';
import { photoOf } from '../datasets/facePhotos';
import { imageRoot } from '../datasets/knownLabels';
import { Refusal } from '../errors';
import { exists } from '../exists';
import type { Services } from '../services';
import { isolated, numberText } from '../text';
import { textIn } from './arguments';

/** How long the status bar says where a face lies in its photo (ms). */
const SHOWN = 20_000;

/** Opens the original of an image that a page of ours names; of a face the photo that it was cut out of, while that is there. */
export async function openImage(services: Services, target?: unknown): Promise<void> {
  const found = await originalIn(services, target);
  if (!found) return;
  const photo = await photoOf(found.state, found.image);
  if (!photo || !(await exists(photo.path))) return void (await commands.executeCommand('vscode.open', found.file));
  await commands.executeCommand('vscode.open', Uri.file(photo.path));
  const [left, top, side] = [photo.face.left, photo.face.top, photo.face.side].map(numberText);
  window.setStatusBarMessage(
    l10n.t('The face: {0} pixels from the left, {1} from the top, {2} wide', left!, top!, side!),
    SHOWN,
  );
}

/** Shows it in the explorer, or, where it lies outside of the workspace, in the file manager of the system. */
export async function revealImage(services: Services, target?: unknown): Promise<void> {
  const found = await originalIn(services, target);
  if (!found) return;
  const { file } = found;
  await commands.executeCommand(workspace.getWorkspaceFolder(file) ? 'revealInExplorer' : 'revealFileInOS', file);
}

interface Original {
  readonly state: DatasetState;
  readonly image: string;
  readonly file: Uri;
}

async function originalIn({ datasets, engine }: Services, target: unknown): Promise<Original | undefined> {
  const [folder, dataset, image] = ['workspace', 'dataset', 'image'].map((name) => textIn(target, name));
  if (folder === undefined || dataset === undefined || image === undefined) return undefined;
  const state = await datasets.read(datasetRef(folder, dataset));
  if (!state || isBroken(state)) return undefined;
  const path =
    state.file.layout === 'fer2013'
      ? (await engine.request('images/files', { workspace: folder, dataset, images: [image] })).files[0]
      : join(imageRoot(state), ...image.split('/').filter((step) => step !== '..'));
  if (!path || !(await exists(path))) throw new Refusal(l10n.t('{0} is no longer there.', isolated(path ?? image)));
  return { state, image, file: Uri.file(path) };
}
