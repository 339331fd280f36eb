import { describe, expect, it } from 'vitest';
import type { LabelEntry } from '../../../../src/shared/schema/labels';
import { parseOldLabels } from '../../../../src/shared/workspace/oldLabels';
import { says, skips } from '../../../support/datasetFiles';
import { writtenEarlier } from '../../../support/writtenEarlier';

const labels = new Map<string, LabelEntry>([
  ['a "quoted", {odd}.png', says('happy')],
  ['b.png', { ...skips, flag: 'two, faces' }],
  ['c.png', says('sad')],
]);
const text = writtenEarlier(labels);

async function parse(from: string) {
  let pauses = 0;
  const parsed = await parseOldLabels(from, async () => pauses++);
  return { ...parsed, pauses };
}

describe('labels that an earlier version wrote', () => {
  it('are read as they were written, and as editors and git leave them', async () => {
    const whole = JSON.stringify({ schema: 1, labels: Object.fromEntries(labels) });
    for (const form of [
      text,
      text.trimEnd(),
      text.replaceAll('\n', '\r\n'),
      whole,
      JSON.stringify(JSON.parse(whole), null, 4),
    ])
      expect((await parse(form)).value).toEqual(labels);
    expect((await parse('{ "schema": 1, "labels": {} }')).value).toEqual(new Map());
  });

  it('are read with pauses', async () => {
    const many = new Map(Array.from({ length: 2_000 }, (_, i) => [`${String(i).padStart(4, '0')}.png`, says('happy')]));
    const { value, pauses } = await parse(writtenEarlier(many));
    expect(value).toEqual(many);
    expect(pauses).toBe(3);
  });

  it.each([
    [
      'two answers to one image',
      text.replace('"c.png"', '"b.png"'),
      { kind: 'repeatedImage', image: 'b.png', line: 6 },
    ],
    ['an answer that says nothing', text.replace('"label": "sad"', '"seconds": 1'), { kind: 'damaged' }],
    ['an unknown format', text.replace('"schema": 1', '"schema": 7'), { kind: 'damaged', place: 'schema' }],
    [
      'a comma too many',
      text.replace('}\n  }', '},\n  }'),
      { kind: 'notJson', detail: expect.stringMatching(/^line 7: /) },
    ],
    ['a comma too few', text.replace('},', '}'), { kind: 'notJson', detail: expect.stringMatching(/^line 5: /) }],
    ['something after the end', `${text}{}`, { kind: 'notJson' }],
    ['a cut-off end', text.slice(0, -20), { kind: 'notJson' }],
    [
      'a merge that nobody has finished',
      text.replace('    "c.png"', '<<<<<<< HEAD\n    "c.png"'),
      { kind: 'merge', from: 6, to: 6 },
    ],
    ['nothing', '', { kind: 'empty' }],
  ])('are refused with %s', async (_, damaged, fault) => {
    expect(await parse(damaged)).toMatchObject({ value: null, fault });
  });
});
