import * as z from 'zod/mini';
import { address, computed, done, nothing, numbers, problem, textOrNull, texts, textsOf } from './messages';
import type { PageMessages } from './page';
import type { RoundMethods, RoundPageState, RoundTexts } from './round';

const numberOrNull = z.nullable(z.number());

/** What is checked of the messages of a round's page. */
export const roundMessages: PageMessages<RoundMethods, RoundPageState> = {
  methods: {
    show: { params: z.strictObject({ round: z.nullable(z.int()) }), result: done },
    openCell: {
      params: z.strictObject({ round: z.int(), label: z.string(), predicted: z.string() }),
      result: z.object({ images: z.number() }),
    },
    openSuspicious: { params: z.strictObject({ image: textOrNull }), result: done },
    suspect: { params: nothing, result: done },
    train: { params: nothing, result: done },
    runRound: { params: nothing, result: done },
    openFile: { params: z.strictObject({ file: z.string() }), result: done },
  },
  state: z.object({
    address,
    exists: z.boolean(),
    rounds: numbers,
    round: numberOrNull,
    figures: z.nullable(
      z.object({
        round: z.number(),
        labelled: z.number(),
        learner: z.string(),
        estimate: z.boolean(),
        drawn: z.boolean(),
        count: z.number(),
        accuracy: numberOrNull,
        interval: z.nullable(z.object({ low: z.number(), high: z.number() })),
        macroF1: numberOrNull,
        classes: z.array(
          z.object({
            name: z.string(),
            labels: z.number(),
            images: z.number(),
            recall: numberOrNull,
            precision: numberOrNull,
          }),
        ),
        confusion: z.array(numbers),
        missing: texts,
      }),
    ),
    older: z.boolean(),
    suspicious: z.extend(computed, {
      labels: z.number(),
      list: z.array(
        z.object({
          image: z.string(),
          label: z.string(),
          expected: z.string(),
          probability: z.number(),
          uri: textOrNull,
        }),
      ),
    }),
    problems: z.array(problem),
    texts: textsOf<RoundTexts>(),
  }),
};
