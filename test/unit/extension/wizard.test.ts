import { expect, it } from 'vitest';
import { goThrough, keep, type Left, type Place, type Step } from '../../../src/extension/commands/wizard';

/** Steps that answer what is planned for them, and what they were shown as. */
function planned(plan: readonly (Left | 'next')[], isSecondAsked: () => boolean = () => true) {
  const shown: string[] = [];
  const left = [...plan];
  const step = (name: string, isAsked?: () => boolean): Step => ({
    ask: async ({ step: at, totalSteps }: Place) => {
      shown.push(`${name} ${at}/${totalSteps}`);
      return left.shift() ?? 'out';
    },
    ...(isAsked ? { isAsked } : {}),
  });
  return { shown, steps: [step('one'), step('two', isSecondAsked), step('three')] };
}

it('goes on, back and on again, and ends with the last answer', async () => {
  const { shown, steps } = planned(['next', 'next', 'back', 'back', 'next', 'next', 'next']);
  expect(await goThrough('Wizard', steps)).toBe(true);
  expect(shown).toEqual(['one 1/3', 'two 2/3', 'three 3/3', 'two 2/3', 'one 1/3', 'two 2/3', 'three 3/3']);
});

it('ends without an answer where a step is closed', async () => {
  const { shown, steps } = planned(['next', 'out']);
  expect(await goThrough('Wizard', steps)).toBe(false);
  expect(shown).toEqual(['one 1/3', 'two 2/3']);
});

it('passes over a step that is not asked, also on the way back, and does not count it', async () => {
  const { shown, steps } = planned(['next', 'back', 'next', 'next'], () => false);
  expect(await goThrough('Wizard', steps)).toBe(true);
  expect(shown).toEqual(['one 1/2', 'three 2/2', 'one 1/2', 'three 2/2']);
});

it('keeps an answer, and nothing of a step that was left', async () => {
  const kept: number[] = [];
  const take = (answer: number) => void kept.push(answer);
  expect(await keep(Promise.resolve({ answer: 0 }), take)).toBe('next');
  expect(await keep(Promise.resolve('back'), take)).toBe('back');
  expect(kept).toEqual([0]);
});
