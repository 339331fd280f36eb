import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSafeId } from '../../../src/shared/schema/common';
import { type LabelEntry, labelEntry, repeatedIds, serialiseLabels } from '../../../src/shared/schema/labels';
import { parseLabels } from '../../../src/shared/workspace/labelLines';

const at = '2026-01-31T12:00:00.000Z';

const ids = fc.string({ minLength: 1 }).filter((id) => id !== '__proto__' && isSafeId(id));
const entries = fc
  .record({
    answer: fc.oneof(
      fc.record({ label: fc.string({ minLength: 1 }) }),
      fc.record({ label: fc.string({ minLength: 1 }), source: fc.constant('reviewed' as const) }),
      fc.constant({ skipped: true as const }),
    ),
    seconds: fc.double({ min: 0, max: 1e4, noNaN: true }).map((s) => s + 0),
    flag: fc.option(fc.string(), { nil: undefined }),
  })
  .map(
    ({ answer, seconds, flag }): LabelEntry => ({ ...answer, at, seconds, ...(flag === undefined ? {} : { flag }) }),
  );

function read(text: string): ReadonlyMap<string, LabelEntry> {
  const { value, fault } = parseLabels(text);
  if (fault) throw new Error(JSON.stringify(fault));
  return value.labels.entries;
}

describe('label file', () => {
  it('reads back what it wrote, whatever the ids and names', () => {
    fc.assert(
      fc.property(fc.dictionary(ids, entries), (labels) => {
        const text = serialiseLabels(new Map(Object.entries(labels)));
        expect(Object.fromEntries(read(text))).toEqual({ ...labels });
        expect(text.trimEnd().split('\n')).toHaveLength(1 + Object.keys(labels).length);
      }),
    );
  });

  it('has one entry a line, sorted, whatever the order of labelling', () => {
    const a: LabelEntry = { label: 'sad', at, seconds: 1.5 };
    const b: LabelEntry = { skipped: true, at, seconds: 2, flag: 'blurred' };
    const text = serialiseLabels(
      new Map([
        ['b/2.png', b],
        ['10.png', a],
        ['a.png', a],
      ]),
    );
    expect(text).toBe(
      [
        '{ "schema": 2 }',
        `{ "image": "10.png", "label": "sad", "at": "${at}", "seconds": 1.5 }`,
        `{ "image": "a.png", "label": "sad", "at": "${at}", "seconds": 1.5 }`,
        `{ "image": "b/2.png", "skipped": true, "at": "${at}", "seconds": 2, "flag": "blurred" }`,
        '',
      ].join('\n'),
    );
    expect(serialiseLabels(new Map())).toBe('{ "schema": 2 }\n');
  });

  it('of an earlier version: finds images that are answered twice, also after a formatter spread the entries over lines', () => {
    const entry = (label: string) => ({ label, at, seconds: 0 });
    const text = `{"schema": 1, "labels": {"x{\\"y": ${JSON.stringify(entry('a'), null, 2)}, "z": ${JSON.stringify(entry('at'))}, "x{\\"y": ${JSON.stringify(entry('b'))}}}`;
    expect(repeatedIds(text)).toEqual([{ image: 'x{"y', line: 5 }]);
  });

  it.each([
    [{ at, seconds: 1 }, 'either "label"'],
    [{ label: 'a', skipped: true, at, seconds: 1 }, 'either "label"'],
    [{ label: 'a', at: 'yesterday', seconds: 1 }, 'expected a time'],
    [{ label: 'a', at, seconds: -1 }, '>=0'],
    [{ label: 'a', at, seconds: 1, colour: 'red' }, 'colour'],
  ])('refuses %j', (value, message) => {
    const parsed = labelEntry.safeParse(value);
    expect(parsed.error?.issues[0].message).toContain(message);
  });
});
