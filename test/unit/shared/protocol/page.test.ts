import { describe, expect, it } from 'vitest';
import { answerTo, type PageHandlers, Questions, UnknownMethod } from '../../../../src/shared/protocol/page';

interface Methods {
  readonly double: { readonly params: number; readonly result: number };
}

/** Both ends, and what a handler threw. */
function connected(handlers: PageHandlers<Methods>) {
  const thrown: unknown[] = [];
  const sentence = (error: unknown) => {
    thrown.push(error);
    return `Sorry: ${(error as Error).message}`;
  };
  const questions: Questions<Methods> = new Questions(async (message) => {
    if (message.kind === 'request') questions.settle(await answerTo(message, handlers, sentence));
  });
  return { questions, thrown };
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
    await expect(questions.ask('constructor' as 'double', 1)).rejects.toThrow(/^Sorry: constructor$/);
    expect(thrown[0]).toBeInstanceOf(UnknownMethod);
  });

  it('leave an answer alone that nobody here asked for', async () => {
    const { questions } = connected({ double: (n) => 2 * n });
    expect(() => questions.settle({ kind: 'answer', id: 99, result: 1 })).not.toThrow();
    expect(await questions.ask('double', 4)).toBe(8);
  });
});
