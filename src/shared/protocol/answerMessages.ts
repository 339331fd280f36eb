import * as z from 'zod/mini';
import { REVIEWED } from '../reviewed';
import type { LabelEntry } from '../schema/labels';
import type { LabellingMethods, UnsavedAnswer } from './labelling';
import { done, image, nothing, type Schema, textOrNull } from './messages';
import type { PageMessages } from './page';

/** What messages of every page that labels are made of. */

const reviewed = z.literal(REVIEWED);
const source = z.exactOptional(reviewed);

/** An answer on the disk, as its file's own schema has described it. */
export const entry: Schema<LabelEntry> = z.object({
  label: z.optional(z.string()),
  skipped: z.optional(z.literal(true)),
  at: z.string(),
  seconds: z.number(),
  flag: z.optional(z.string()),
  source: z.optional(reviewed),
});

export const entries = z.record(z.string(), entry);

export const unsaved: Schema<Record<string, UnsavedAnswer>> = z.record(
  z.string(),
  z.object({
    label: textOrNull,
    flag: textOrNull,
    seconds: z.number(),
    replace: z.boolean(),
    source,
    message: z.string(),
  }),
);

export const answerParams = z.strictObject({
  answers: z.array(
    z.strictObject({
      image: z.string(),
      label: textOrNull,
      flag: textOrNull,
      seconds: z.number().check(z.nonnegative()),
      replace: z.boolean(),
      source,
    }),
  ),
});

/** Methods of every page that labels. */
export const answerMethods: Pick<
  PageMessages<LabellingMethods, unknown>['methods'],
  'undo' | 'dropUnsaved' | 'explainImage' | 'addClass'
> = {
  undo: {
    params: nothing,
    result: z.object({
      removed: z.record(z.string(), z.object({ flag: textOrNull })),
      restored: entries,
      labelled: z.number(),
    }),
  },
  dropUnsaved: { params: image, result: done },
  explainImage: { params: image, result: z.object({ message: z.string() }) },
  addClass: { params: nothing, result: done },
};
