import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { UnfitMessage } from '../../../../src/shared/protocol/messages';
import { answerTo, type PageHandlers, Questions, UnknownMethod } from '../../../../src/shared/protocol/page';

interface Methods {
  readonly double: { readonly params: number; readonly result: number };
}
const messages = { double: { params: z.number(), result: z.number() } };

/** Both ends, and what a handler threw. */
function connected(handlers: PageHandlers<Methods>) {
  const thrown: unknown[] = [];
  const unsettled: unknown[] = [];
  const sentence = (error: unknown) => {
    thrown.push(error);
    return `Sorry: ${(error as Error).message}`;
  };
  const questions = new Questions<Methods>(messages, async (message) => {
    if (message.kind !== 'request') return;
    try {
      questions.settle(await answerTo(message, { messages, handlers }, sentence));
    } catch (error) {
      unsettled.push(error);
    }
  });
  return { questions, thrown, unsettled };
}

describe('the two ends of a page', () => {
  it('bring each answer to its own question', async () => {
    const { questions } = connected({ double: async (n) => 2 * n });
    expect(await Promise.all([1, 2, 3].map((n) => questions.ask('double', n)))).toEqual([2, 4, 6]);
  });

  it('answer also what a handler throws, with a sentence', async () => {
    const { questions, thrown } = connected({
      double: () => {
        throw new Error('no numbers left');
      },
    });
    await expect(questions.ask('double', 1)).rejects.toThrow(/^Sorry: no numbers left$/);
    expect(thrown).toHaveLength(1);
  });

  it('refuse a method that is not there, whatever it is called', async () => {
    const { questions, thrown } = connected({ double: (n) => n });
    for (const name of ['constructor', '__proto__', 'toString', ''])
      await expect(questions.ask(name as 'double', 1)).rejects.toThrow(`Sorry: ${name}`);
    expect(thrown.every((one) => one instanceof UnknownMethod)).toBe(true);
  });

  it('keep from a handler what does not fit, and say so to whoever asked', async () => {
    const asked: unknown[] = [];
    const { questions, thrown } = connected({
      double: (n) => {
        asked.push(n);
        return n;
      },
    });
    for (const params of ['1', null, undefined, [1], { n: 1 }, Number.NaN])
      await expect(questions.ask('double', params as number)).rejects.toThrow(/^Sorry: the request "double"$/);
    expect(thrown.every((one) => one instanceof UnfitMessage)).toBe(true);
    expect(asked).toEqual([]);
  });

  it('take no answer that does not fit', async () => {
    const { questions, unsettled } = connected({ double: (n) => `${n}` as unknown as number });
    await expect(questions.ask('double', 1)).rejects.toThrow('the answer to "double"');
    expect(unsettled).toHaveLength(1);
    expect(unsettled[0]).toBeInstanceOf(UnfitMessage);
  });

  it('leave an answer alone that nobody here asked for', async () => {
    const { questions } = connected({ double: (n) => 2 * n });
    expect(() => questions.settle({ kind: 'answer', id: 99, result: 1 })).not.toThrow();
    expect(await questions.ask('double', 4)).toBe(8);
  });
});
