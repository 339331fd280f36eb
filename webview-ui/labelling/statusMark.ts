import { type IconName, icon } from '../common/icons';
import type { ImageView, Status } from './model';

const icons: Readonly<Record<Status, IconName>> = {
  open: 'ring',
  others: 'person',
  saving: 'dots',
  labelled: 'check',
  skipped: 'dash',
  unsaved: 'warning',
};

/** The marks of an image: its status by shape and colour, and a flag beside it. */
export function statusMarks({ status, flag, conflict }: ImageView): SVGSVGElement[] {
  const name = conflict ? 'unequal' : icons[status];
  return [
    icon(name, `mark mark-${conflict ? 'conflict' : status}`),
    ...(flag === null ? [] : [icon('flag', 'mark mark-flag')]),
  ];
}
