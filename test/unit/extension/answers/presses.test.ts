import { describe, expect, it } from 'vitest';
import { lastPress, nextTime } from '../../../../src/extension/answers/presses';
import type { LabelEntry } from '../../../../src/shared/schema/labels';

const at = (second: number) => `2026-01-31T12:00:${String(second).padStart(2, '0')}.000Z`;
const entry = (label: string, second: number): LabelEntry => ({ label, at: at(second), seconds: 1 });
const batch = ['a', 'b', 'c', 'd'];
/** Presses from second `from` on are known; `changes`: what those at a second took the place of. */
const noted = (changes: Record<number, Record<string, LabelEntry>> = {}, from = 0) => ({
  before: (time: string, image: string) => changes[new Date(time).getUTCSeconds()]?.[image],
  knows: (time: string) => time >= at(from),
});
const nothing = noted();

describe('undo of the last press', () => {
  it('finds nothing where nothing is answered', () => {
    expect(lastPress(new Map([['elsewhere', entry('happy', 5)]]), batch, nothing)).toBeNull();
  });

  it('goes back over the whole batch by time, from the file alone', () => {
    const own = new Map([
      ['b', entry('sad', 1)],
      ['a', entry('happy', 3)],
      ['c', { skipped: true as const, at: at(2), seconds: 1 }],
    ]);
    const order: string[] = [];
    for (let last = lastPress(own, batch, nothing); last; last = lastPress(own, batch, nothing)) {
      order.push(...last.remove);
      for (const image of last.remove) own.delete(image);
    }
    expect(order).toEqual(['a', 'c', 'b']);
  });

  it('takes back all answers of one press together', () => {
    const own = new Map([
      ['a', entry('happy', 1)],
      ['b', entry('sad', 2)],
      ['d', entry('sad', 2)],
    ]);
    expect(lastPress(own, batch, nothing)?.remove).toEqual(['b', 'd']);
  });

  it('puts back what a press of this session took the place of', () => {
    const before = entry('angry', 1);
    const own = new Map([['a', entry('happy', 2)]]);
    const last = lastPress(own, batch, noted({ 2: { a: before } }));
    expect(last?.remove).toEqual([]);
    expect(last?.restore).toEqual(new Map([['a', before]]));
  });

  it('takes nothing away where nobody knows what a press took the place of', () => {
    const before = entry('angry', 1);
    const own = new Map([
      ['a', entry('happy', 2)],
      ['b', entry('sad', 2)],
    ]);
    expect(lastPress(own, batch, noted({ 2: { a: before } }, 3))).toMatchObject({ remove: [], unknown: ['b'] });
    expect(lastPress(own, batch, noted({ 2: { a: before } }, 2))).toMatchObject({ remove: ['b'], unknown: [] });
  });

  it('leaves answers of other rounds alone', () => {
    const own = new Map([
      ['a', entry('happy', 1)],
      ['of another round', entry('sad', 9)],
    ]);
    expect(lastPress(own, batch, nothing)?.remove).toEqual(['a']);
  });
});

describe('time of the next press', () => {
  it('is now', () => expect(nextTime(new Map(), batch, Date.parse(at(7)))).toBe(at(7)));
  it('is later than every answer of the batch, also when the clock went back', () => {
    expect(nextTime(new Map([['a', entry('happy', 9)]]), batch, Date.parse(at(7)))).toBe('2026-01-31T12:00:09.001Z');
  });
});
