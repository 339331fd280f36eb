import * as z from 'zod';
import { imageId, isoTime, schemaVersion } from './common';
import { classList, layoutClassList } from './dataset';
import { labelEntry } from './labels';
import { settlement } from './settlements';

const name = z.string().min(1);

/** What people may do with the classes of a dataset. Labels of a class are never lost by any of it, unless `drop` says so. */
export const classChange = z.discriminatedUnion('kind', [
  /** At the end, where their keys take none away. */
  z.strictObject({ kind: z.literal('add'), names: z.array(name).min(1) }),
  z.strictObject({ kind: z.literal('rename'), from: name, to: name }),
  z.strictObject({ kind: z.literal('merge'), from: z.array(name).min(1), into: name }),
  /** `drop`: the labels of the class are taken back, and the images are unlabelled again; without it there may be none. */
  z.strictObject({ kind: z.literal('remove'), name, drop: z.boolean().exactOptional() }),
  /** These first, in this order; then all others as they were. */
  z.strictObject({ kind: z.literal('order'), names: z.array(name).min(1) }),
]);
export type ClassChange = z.infer<typeof classChange>;

/** The classes of dataset.json at a time. */
const classState = z.strictObject({ classes: classList, layoutClasses: layoutClassList.exactOptional() });
export type ClassState = z.infer<typeof classState>;

/** An answer as it was before a change: annotator, image and entry. */
const earlierAnswer = z.tuple([z.string().min(1), imageId, labelEntry]);
export type EarlierAnswer = z.infer<typeof earlierAnswer>;

/** A settlement as it was before a change: who settled, image and settlement. */
const earlierSettlement = z.tuple([z.string().min(1), imageId, settlement]);
export type EarlierSettlement = z.infer<typeof earlierSettlement>;

/** `classes/NNNN.json`: a change of the classes, with what it takes to undo it; as `pending.json` one that is being carried out. */
export const classChangeFile = z.strictObject({
  schema: schemaVersion,
  number: z.int().positive(),
  at: isoTime,
  change: classChange,
  before: classState,
  after: classState,
  /** Of a pending one: whether it is being taken back. */
  undoing: z.literal(true).exactOptional(),
  /** Answers whose class can't be told from what they say now. */
  answers: z.array(earlierAnswer),
  /** The same of settled disputes. */
  settlements: z.array(earlierSettlement),
});
export type ClassChangeFile = z.infer<typeof classChangeFile>;
