import * as z from 'zod/mini';
import type { ImportMethods, ImportPageState, ImportTexts } from './importing';
import { done, nothing, textOrNull, texts, textsOf } from './messages';
import type { PageMessages } from './page';

const parts = z.strictObject({ train: texts, test: texts });
const fit = z.enum(['cover', 'contain', 'pad']);

const choices = z.strictObject({
  parts: z.nullable(parts),
  classes: z.nullable(z.enum(['folders', 'plain', 'named', 'later'])),
  notClasses: texts,
  names: z.string(),
  faces: z.boolean(),
  fit: z.nullable(fit),
});

const splitImages = { train: z.number(), test: z.number() };
const counted = {
  images: z.number(),
  unlabelled: z.object(splitImages),
  classes: z.array(z.object({ name: z.string(), ...splitImages })),
};
const broken = z.array(z.object({ id: z.string(), problem: z.string() }));
const computed = { status: z.enum(['none', 'loading', 'ready', 'failed']), message: textOrNull };

const look = z.object({
  ...counted,
  layout: z.string(),
  root: z.string(),
  areClasses: z.boolean(),
  areFixed: z.boolean(),
  numbered: z.nullable(z.object({ dataset: z.string(), names: texts })),
  doubt: textOrNull,
  mayBePhotos: z.boolean(),
  folders: z.array(z.object({ name: z.string(), images: z.number(), part: z.nullable(z.enum(['train', 'test'])) })),
  parts: z.nullable(z.object({ train: texts, test: texts, why: z.string() })),
  broken,
  ignored: z.object({ hidden: z.number(), other: z.number() }),
  notes: texts,
});

const form = z.object({
  width: z.number(),
  height: z.number(),
  channels: z.literal([1, 3]),
  fit,
  cropping: z.object({ mean: z.number(), most: z.number() }),
  pictures: z.array(z.object({ id: z.string(), data: z.base64() })),
});

const opened = z.object({
  ...counted,
  broken,
  copies: z.number(),
  leaks: z.number(),
  conflicts: z.number(),
  notes: texts,
});

/** What is checked of the messages of the page that shows how a folder would be imported. */
export const importMessages: PageMessages<ImportMethods, ImportPageState> = {
  methods: {
    choose: { params: z.strictObject({ choices }), result: done },
    import: { params: z.strictObject({ choices }), result: done },
    cancel: { params: nothing, result: done },
  },
  state: z.object({
    name: z.string(),
    choices,
    look,
    doubtful: texts,
    reading: z.object(computed),
    form: z.object({ ...computed, found: z.nullable(form) }),
    images: z.object({ ...computed, found: z.nullable(opened), done: z.number(), total: z.number() }),
    texts: textsOf<ImportTexts>(),
  }),
};
