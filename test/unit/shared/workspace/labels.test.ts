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
        soFar.replace(annotator, file);
        expect(soFar.replace(annotator, new Map(file))).toBe(false);
      }
      files.set(annotator, file);
      const all = [...files].flatMap(([name, own]) =>
        [...own].map(([image, entry]) => ({ annotator: name, image, ...entry })),
      );
      const merged = mergeAnswers(all);
      expect(soFar.labelled).toBe(merged.labels.size);
      for (const { image, answers } of merged.conflicts)
        expect(soFar.to(image).filter(({ label }) => label !== undefined)).toEqual(answers);
      for (const [name, own] of files) expect(new Map(soFar.by(name))).toEqual(own);
      expect(images.filter((image) => soFar.to(image).length > 0).sort()).toEqual([...merged.answered].sort());
    }
  });

  it('take over a file that is the same as before without looking at it', () => {
    const soFar = new AnswersSoFar();
    const file = new Map([['a.png', says('happy')]]);
    expect(soFar.replace('ana', file)).toBe(true);
    file.set('b.png', says('sad'));
    expect(soFar.replace('ana', file)).toBe(false);
    expect(soFar.set('ana', 'a.png', null)).toBe(true);
    expect(soFar.replace('ana', file)).toBe(true); // what came in between has to go
    expect(soFar.labelled).toBe(2);
  });

  it('are told from one another by a flag or the time alone', () => {
    const soFar = new AnswersSoFar();
    soFar.set('ana', 'a.png', says('happy'));
    expect(soFar.set('ana', 'a.png', { ...says('happy') })).toBe(false);
    expect(soFar.set('ana', 'a.png', { ...says('happy'), flag: 'odd' })).toBe(true);
    expect(soFar.by('ana').get('a.png')?.flag).toBe('odd');
  });
});
