import { fill } from '../../src/shared/fill';
import type { LabellingState, LabellingText, LabellingTexts } from '../../src/shared/protocol/labelling';
import type { LabellingModel, Status } from './model';

/** The file's name of an image id. */
export const fileName = (id: string): string => id.slice(id.lastIndexOf('/') + 1);

const statusText: Readonly<Record<Exclude<Status, 'labelled' | 'others'>, LabellingText>> = {
  open: 'statusOpen',
  saving: 'statusSaving',
  skipped: 'statusSkipped',
  unsaved: 'statusUnsaved',
};

/** Where an image stands, in words: for screen readers and tooltips. */
export function describe(model: LabellingModel, index: number): string {
  const { texts, others } = model.state;
  const { id, status, label, flag, conflict } = model.view(index);
  return [
    status === 'labelled' ? label : status === 'others' ? whoElse(texts, others[id] ?? []) : texts[statusText[status]],
    status === 'unsaved' || status === 'saving' ? label : null,
    flag === null ? null : texts.statusFlagged,
    conflict && fill(texts.statusConflict, conflict.annotator, conflict.label),
  ]
    .filter((part) => part !== null)
    .join(', ');
}

const whoElse = (texts: LabellingTexts, others: readonly { readonly annotator: string }[]): string =>
  fill(texts.statusOthers, others.map(({ annotator }) => annotator).join(', '));

/** What the commands in the menu of a picture get. */
export const menuContext = ({ address: { workspace, dataset } }: LabellingState, image: string): string =>
  JSON.stringify({ webviewSection: 'image', workspace, dataset, image, preventDefaultContextMenuItems: true });
