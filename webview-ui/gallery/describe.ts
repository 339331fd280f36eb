import { fill } from '../../src/shared/fill';
import { percent } from '../../src/shared/percent';
import { DIFFERENT, NO_ANSWER, SKIPPED } from '../../src/shared/protocol/gallery';
import { isUnknown } from './columns';
import type { GalleryModel } from './model';

/** What a picture says below itself. */
export interface Caption {
  /** The class, or where the image stands. */
  readonly label: string;
  readonly isLabelled: boolean;
  /** What the model says, short; empty where it says nothing. */
  readonly prediction: string;
  readonly isContradicted: boolean;
}

export function captionOf({ columns, state }: GalleryModel, image: number): Caption {
  const { classes, texts } = state;
  const label = columns.labelOf(image);
  const words = new Map([
    [DIFFERENT, texts.statusDisputed],
    [SKIPPED, texts.statusSkipped],
  ]);
  const said = classes[label] ?? words.get(label) ?? (isUnknown(label) ? texts.statusUnknown : '');
  const predicted = classes[columns.predicted?.[image] ?? -1];
  return {
    label: said === '' && columns.test[image] === 1 ? texts.statusTest : said,
    isLabelled: label >= 0,
    prediction: predicted === undefined ? '' : `${predicted} ${percent(columns.probability?.[image] ?? 0, 0)}`,
    isContradicted: columns.isContradicted(image),
  };
}

/** All that is known of an image, in words: for screen readers and tooltips. */
export function describe(model: GalleryModel, image: number): string {
  const { columns, state } = model;
  const { texts, classes } = state;
  const { label } = captionOf(model, image);
  const predicted = classes[columns.predicted?.[image] ?? -1];
  const suspicion = columns.suspicion?.[image] ?? -1;
  const group = columns.group?.[image] ?? 0;
  const failed = Object.hasOwn(state.unsaved, columns.ids[image] ?? '');
  return [
    label === '' ? texts.statusOpen : label,
    columns.isPending(image) ? texts.statusSaving : failed ? texts.statusUnsaved : null,
    columns.reviewed.has(image) ? texts.statusReviewed : null,
    columns.flags.has(image) ? texts.statusFlagged : null,
    group > 0 ? fill(texts.statusDuplicate, group) : null,
    predicted === undefined ? null : fill(texts.predicted, predicted, percent(columns.probability?.[image] ?? 0, 0)),
    suspicion > 0 && columns.labelOf(image) !== NO_ANSWER ? fill(texts.statusSuspicious, suspicion.toFixed(2)) : null,
  ]
    .filter((part) => part !== null)
    .join(', ');
}
