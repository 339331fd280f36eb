import * as z from 'zod/mini';
import { answerMethods, answerParams, entries, entry, unsaved } from './answerMessages';
import type { LabellingMethods, LabellingState, LabellingTexts } from './labelling';
import { done, image, nothing, textOrNull, texts, textsOf } from './messages';
import type { PageMessages } from './page';

/** What is checked of the labelling panel's messages. */
export const labellingMessages: PageMessages<LabellingMethods, LabellingState> = {
  methods: {
    ...answerMethods,
    answer: { params: answerParams, result: z.object({ entries, labelled: z.number() }) },
    flag: { params: z.strictObject({ image: z.string(), flag: textOrNull }), result: z.object({ entry }) },
    suggest: { params: z.strictObject({ on: z.boolean() }), result: done },
    openImage: { params: image, result: done },
    runRound: { params: nothing, result: done },
    showChart: { params: nothing, result: done },
  },
  state: z.object({
    address: z.object({ workspace: z.string(), dataset: z.string(), round: z.number() }),
    annotator: z.string(),
    strategy: z.string(),
    classes: texts,
    images: z.array(
      z.object({
        id: z.string(),
        uri: textOrNull,
        score: z.nullable(z.number()),
        reason: z.string(),
        everybody: z.boolean(),
      }),
    ),
    answers: entries,
    others: z.record(z.string(), z.array(z.object({ annotator: z.string(), label: textOrNull }))),
    unsaved,
    labelled: z.number(),
    pool: z.number(),
    suggestions: z.object({
      status: z.enum(['off', 'loading', 'on', 'failed']),
      message: textOrNull,
      items: z.record(z.string(), z.object({ label: z.string(), probability: z.number() })),
    }),
    autoAdvance: z.boolean(),
    show: z.nullable(z.object({ image: z.string(), asked: z.string() })),
    paused: textOrNull,
    notices: texts,
    texts: textsOf<LabellingTexts>(),
  }),
};
