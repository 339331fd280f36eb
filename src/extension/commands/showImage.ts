import { Range, Uri, window } from 'vscode';
import type { DatasetState } from '../datasets/datasetState';
import type { Services } from '../services';

/** In the panel of the round that asked for it; an image that came in otherwise is shown in its label file. */
export async function showImage(services: Services, state: DatasetState, image: string, file?: string): Promise<void> {
  const round = await services.datasets.roundOf(state, image);
  if (round !== undefined) await services.labelling.open(state.ref, round, image);
  else if (file !== undefined) await openText(file, image);
}

export async function openText(file: string, image?: string): Promise<void> {
  const editor = await window.showTextDocument(Uri.file(file));
  const at = image === undefined ? -1 : editor.document.getText().indexOf(JSON.stringify(image));
  if (at < 0) return;
  const position = editor.document.positionAt(at);
  editor.revealRange(new Range(position, position));
}
