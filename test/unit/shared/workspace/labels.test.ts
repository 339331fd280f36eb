import { describe, expect, it } from 'vitest';
import { Random } from '../../../../src/engine/numeric/random';
import type { LabelEntry } from '../../../../src/shared/schema/labels';
import { AnswersSoFar, mergeAnswers } from '../../../../src/shared/workspace/labels';

const at = '2026-01-31T12:00:00.000Z';
const says = (label: string): LabelEntry => ({ label, at, seconds: 1 });
const skips: LabelEntry = { skipped: true, at, seconds: 1 };

const annotators = ['ana', 'bo', 'cleo'];
const images = Array.from({ length: 12 }, (_, i) => `${i}.png`);
const entries: LabelEntry[] = [
  says('happy'),
  says('sad'),
  { ...says('sad'), source: 'reviewed' },
  says('angry'),
  skips,
];

const now = (entries: ReadonlyMap<string, LabelEntry>) => ({ entries, spokenOf: [] });

describe('answers that come one by one', () => {
  it('come to the same as all of them merged, whatever changes in between', () => {
    const random = Random.stream(7, 'split');
    const one = <T>(of: readonly T[]): T => of[random.integer(of.length)] as T;
    const soFar = new AnswersSoFar();
    const files = new Map(annotators.map((annotator) => [annotator, new Map<string, LabelEntry>()]));
    for (let step = 0; step < 400; step++) {
      const annotator = one(annotators);
      const file = new Map(files.get(annotator));
      if (random.integer(4) > 0) {
        const image = one(images);
        const entry = random.integer(5) === 0 ? null : one(entries);
        const isNew = entry === null ? file.has(image) : file.get(image) !== entry;
        if (entry) file.set(image, entry);
        else file.delete(image);
        expect(soFar.set(annotator, image, entry)).toBe(isNew);
      } else {
        for (const image of images) if (random.integer(3) === 0) file.set(image, one(entries));
        for (const image of images) if (random.integer(6) === 0) file.delete(image);
        soFar.replace(annotator, now(file));
        expect(soFar.replace(annotator, now(new Map(file)))).toBe(false);
      }
      files.set(annotator, file);
      const all = [...files].flatMap(([name, own]) =>
        [...own].map(([image, entry]) => ({ annotator: name, image, ...entry })),
      );
      const merged = mergeAnswers(all);
      expect(soFar.labelled).toBe(merged.labels.size);
      expect(soFar.disputed).toBe(merged.conflicts.length);
      for (const { image, answers } of merged.conflicts)
        expect(soFar.to(image).filter(({ label }) => label !== undefined)).toEqual(answers);
      for (const [name, own] of files) expect(new Map(soFar.by(name))).toEqual(own);
      expect(images.filter((image) => soFar.to(image).length > 0).sort()).toEqual([...merged.answered].sort());
    }
  });

  it('take over of a file that has grown what was added alone', () => {
    const soFar = new AnswersSoFar();
    const entries = new Map([['a.png', says('happy')]]);
    const spokenOf: string[] = [];
    expect(soFar.replace('ana', { entries, spokenOf })).toBe(true);
    const grown = { entries, spokenOf };
    expect(soFar.replace('ana', grown)).toBe(false);
    entries.set('b.png', says('sad')).set('not told of.png', says('sad'));
    spokenOf.push('b.png');
    expect(soFar.replace('ana', grown)).toBe(true);
    expect([...soFar.by('ana').keys()]).toEqual(['a.png', 'b.png']);
    expect(soFar.replace('ana', grown)).toBe(false);
    expect(soFar.set('ana', 'a.png', null)).toBe(true);
    expect(soFar.replace('ana', grown)).toBe(true); // what came in between has to go
    expect(soFar.labelled).toBe(2);
  });

  it('take over many in steps, and no other answer is lost that comes meanwhile', () => {
    const soFar = new AnswersSoFar();
    const entries = new Map(Array.from({ length: 2_500 }, (_, i) => [`${i}.png`, says('happy')] as const));
    let steps = 0;
    for (const _ of soFar.replacing('ana', now(entries))) if (steps++ === 0) soFar.set('bo', '0.png', says('sad'));
    expect(steps).toBe(5);
    expect([soFar.labelled, soFar.disputed]).toEqual([2_499, 1]);
  });

  it('are told from one another by a flag or the time alone', () => {
    const soFar = new AnswersSoFar();
    soFar.set('ana', 'a.png', says('happy'));
    expect(soFar.set('ana', 'a.png', { ...says('happy') })).toBe(false);
    expect(soFar.set('ana', 'a.png', { ...says('happy'), flag: 'odd' })).toBe(true);
    expect(soFar.by('ana').get('a.png')?.flag).toBe('odd');
  });
});
