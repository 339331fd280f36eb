import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerLine, type LabelEntry, serialiseLabels, withdrawnLine } from '../../../../src/shared/schema/labels';
import { joinAnswers, LabelLines, parseLabels } from '../../../../src/shared/workspace/labelLines';

const time = (second: number) => new Date(Date.UTC(2026, 0, 31, 12, 0, second)).toISOString();
const says = (label: string, second = 0): LabelEntry => ({ label, at: time(second), seconds: 1 });

function read(text: string): Record<string, string | undefined> {
  const { value, fault } = parseLabels(text);
  if (fault) throw new Error(JSON.stringify(fault));
  return Object.fromEntries([...value.labels.entries].map(([image, { label }]) => [image, label]));
}

const faultOf = (text: string) => parseLabels(text).fault;

describe('a label file that grows', () => {
  it('says what a file says that was written as a whole, whatever was answered, changed and withdrawn', () => {
    const step = fc.record({
      image: fc.constantFrom('a', 'b', 'c"', 'ü'),
      label: fc.option(fc.constantFrom('x', 'y')),
    });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const entries = new Map<string, LabelEntry>();
        let text = serialiseLabels(entries);
        for (const [second, { image, label }] of steps.entries()) {
          const before = entries.get(image)?.at;
          if (label !== null) {
            text += answerLine(image, says(label, second), before);
            entries.set(image, says(label, second));
          } else if (before !== undefined) {
            text += withdrawnLine(image, time(second), before);
            entries.delete(image);
          }
        }
        expect(read(text)).toEqual(read(serialiseLabels(entries)));
      }),
    );
  });

  const whole = serialiseLabels(new Map([['a.png', says('happy')]]));

  it('loses nothing of what came before a line that was cut off anywhere', () => {
    const line = answerLine('b.png', { ...says('sad'), flag: 'ü {odd' });
    const bytes = Buffer.from(line);
    for (let length = 1; length < bytes.length - 2; length++) {
      const { value } = parseLabels(whole + bytes.subarray(0, length).toString());
      expect([...(value?.labels.entries.keys() ?? [])]).toEqual(['a.png']);
      expect(value?.isTorn).toBe(true);
    }
    expect(read(whole + line)).toEqual({ 'a.png': 'happy', 'b.png': 'sad' });
  });

  it('takes a last line without a line break, Windows line breaks and empty lines as editors leave them', () => {
    const text = whole + answerLine('b.png', says('sad'));
    expect(read(text.trimEnd())).toEqual({ 'a.png': 'happy', 'b.png': 'sad' });
    expect(read(text.replaceAll('\n', '\r\n\r\n'))).toEqual({ 'a.png': 'happy', 'b.png': 'sad' });
  });

  it('takes a line twice for one answer, and two answers that do not know of each other for a fault', () => {
    const [line, other] = [answerLine('b.png', says('sad', 1)), answerLine('b.png', says('happy', 2))];
    expect(read(whole + line + line)).toEqual({ 'a.png': 'happy', 'b.png': 'sad' });
    expect(faultOf(whole + line + other)).toEqual({ kind: 'repeatedImage', image: 'b.png', line: 4 });
    expect(read(whole + line + answerLine('b.png', says('happy', 2), time(1)))).toMatchObject({ 'b.png': 'happy' });
  });

  it('counts no answer to which both sides of a merge gave another', () => {
    const [mine, theirs] = ['happy', 'sad'].map((label, i) => answerLine('a.png', says(label, 5 + i), time(0)));
    const merge = { kind: 'merge', keep: 'both' };
    const conflict = `<<<<<<< HEAD\n${mine}=======\n${theirs}>>>>>>> other\n`;
    expect(faultOf(whole + conflict)).toEqual({ ...merge, from: 3, to: 7 });
    expect(faultOf((whole + conflict).replaceAll('\n', '\r\n'))).toEqual({ ...merge, from: 3, to: 7 });
    expect(faultOf(whole + conflict.replace('=======', `||||||| base\n${mine}=======`))).toEqual({
      ...merge,
      from: 3,
      to: 9,
    });
    // two conflicts: the first is named; marks that were removed by half are marks
    expect(faultOf(whole + conflict + conflict)).toEqual({ ...merge, from: 3, to: 7 });
    expect(faultOf(whole + conflict.replace('<<<<<<< HEAD\n', ''))).toEqual({ ...merge, from: 4, to: 6 });
    expect(faultOf(`${whole}=======\n`)).toEqual({ ...merge, from: 3, to: 3 });
    expect(faultOf(whole + mine + theirs)).toEqual({ kind: 'repeatedImage', image: 'a.png', line: 4 });
  });

  it.each([
    ['no first line', answerLine('a.png', says('sad')), { kind: 'damaged', place: expect.stringMatching(/^line 1/) }],
    [
      'an answer without a time',
      `${whole}{ "image": "b.png", "label": "sad", "seconds": 1 }\n`,
      { place: 'line 3: at' },
    ],
    [
      'two answers in a line',
      `${whole}{ "image": "b.png", "label": "sad", "skipped": true, "at": "${time(0)}", "seconds": 1 }\n`,
      { place: 'line 3' },
    ],
    [
      'an answer without its seconds',
      `${whole}{ "image": "b.png", "label": "sad", "at": "${time(0)}" }\n`,
      { place: 'line 3: seconds' },
    ],
    [
      'a line that is no JSON',
      `${whole}{ "image": b }\n`,
      { kind: 'notJson', detail: expect.stringMatching(/^line 3: /) },
    ],
    ['nothing', '', { kind: 'empty' }],
  ])('with %s is damaged', (_, text, fault) => {
    expect(faultOf(text)).toMatchObject(fault);
  });

  it('tells of which images its lines spoke, so that what is known need not be looked at again', () => {
    const labels = new LabelLines();
    for (const line of (whole + answerLine('b.png', says('sad'))).split('\n')) expect(labels.take(line)).toBeNull();
    expect(labels.spokenOf).toEqual(['a.png', 'b.png']);
    expect(labels.take(withdrawnLine('a.png', time(3), time(0)))).toBeNull();
    expect(labels.spokenOf).toEqual(['a.png', 'b.png', 'a.png']);
    expect([...labels.entries.keys()]).toEqual(['b.png']);
  });
});

describe('a file of an earlier version beside it', () => {
  it('adds its answers, unless the two say different things', () => {
    const old = new Map([['a.png', says('happy')]]);
    const now = new Map([['b.png', says('sad')]]);
    expect([...joinAnswers(old, now).value!.keys()].sort()).toEqual(['a.png', 'b.png']);
    expect(joinAnswers(old, new Map(old)).fault).toBeNull();
    expect(joinAnswers(old, new Map([['a.png', says('sad')]])).fault).toEqual({
      kind: 'repeatedImage',
      image: 'a.png',
      line: null,
    });
  });
});
