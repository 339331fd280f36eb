import * as z from 'zod/mini';
import { answerMethods, answerParams, entries, unsaved } from './answerMessages';
import type { GalleryMethods, GalleryState, GalleryTexts } from './gallery';
import { address, computed, done, image, nothing, numbers, textOrNull, texts, textsOf } from './messages';
import type { PageMessages } from './page';

const digest = z.string();

/** What is checked of the gallery's messages. */
export const galleryMessages: PageMessages<GalleryMethods, GalleryState> = {
  methods: {
    ...answerMethods,
    answer: { params: answerParams, result: z.object({ entries, labelled: z.number(), gone: texts }) },
    flag: { params: z.strictObject({ images: texts, flag: textOrNull }), result: z.object({ entries }) },
    images: { params: nothing, result: z.object({ digest, ids: texts, test: numbers }) },
    predictions: { params: nothing, result: z.object({ digest, predicted: numbers, probability: numbers }) },
    suspect: { params: nothing, result: done },
    suspicions: { params: nothing, result: z.object({ digest, images: numbers, suspicion: numbers }) },
    liken: { params: image, result: done },
    likeness: { params: nothing, result: z.object({ digest, likeness: numbers }) },
    compare: { params: nothing, result: done },
    duplicates: { params: nothing, result: z.object({ digest, groups: z.array(numbers) }) },
    seen: {
      params: image,
      result: z.object({
        pictures: z.array(z.object({ uri: z.string(), by: texts, width: z.number(), height: z.number() })),
      }),
    },
    thumbnails: { params: z.strictObject({ images: texts }), result: z.object({ uris: z.array(textOrNull) }) },
    picture: { params: image, result: z.object({ uri: textOrNull }) },
    openImage: { params: image, result: done },
    revealImage: { params: image, result: done },
  },
  state: z.object({
    address,
    annotator: z.string(),
    classes: texts,
    digest: textOrNull,
    problem: textOrNull,
    answers: z.object({
      image: numbers,
      own: numbers,
      others: numbers,
      at: numbers,
      by: z.array(z.object({ annotator: z.string(), images: numbers })),
      reviewed: numbers,
      flags: z.record(z.string(), z.string()),
      settled: z.record(z.string(), z.number()),
    }),
    unsaved,
    predictions: computed,
    suspicions: computed,
    likeness: computed,
    like: textOrNull,
    duplicates: computed,
    set: z.nullable(
      z.object({
        key: z.number(),
        title: z.string(),
        images: texts,
        sort: z.enum(['name', 'suspicion']),
        image: textOrNull,
      }),
    ),
    paused: textOrNull,
    notices: texts,
    texts: textsOf<GalleryTexts>(),
  }),
};
