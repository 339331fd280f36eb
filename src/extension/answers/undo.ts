import { l10n } from 'vscode';
import type { LabellingMethods } from '../../shared/protocol/labelling';
import { imagesText, isolated } from '../text';
import type { LabelTruth } from './labelTruth';
import type { LabelWriter } from './labelWriter';
import { lastPress } from './presses';
import type { ReplacedAnswers } from './replacedAnswers';

/** Takes back the last press of a batch or of all images, on the disk too: as the files are, so also one of another window or before a reload. */
export async function undoLast(
  truth: LabelTruth,
  writer: LabelWriter,
  replaced: ReplacedAnswers,
): Promise<LabellingMethods['undo']['result']> {
  await replaced.read();
  const last = lastPress(truth.own, truth.images, replaced);
  if (!last) return { removed: {}, restored: {}, labelled: truth.labelled };
  if (last.unknown.length > 0) throw new Error(notUndone(last.unknown, replaced.path));
  const removed = last.remove.map((image) => [image, { flag: truth.own.get(image)?.flag ?? null }] as const);
  if (last.remove.length > 0) await writer.remove(last.remove);
  if (last.restore.size > 0) await writer.replace(last.restore);
  return {
    removed: Object.fromEntries(removed),
    restored: Object.fromEntries(last.restore),
    labelled: truth.labelled,
  };
}

const notUndone = (kept: readonly string[], path: string) =>
  l10n.t(
    'Nothing was undone: {0} does not tell what the answer to {1} took the place of; choose another answer instead.',
    isolated(path),
    kept.length === 1 ? kept.map(isolated).join() : imagesText(kept.length),
  );
