import { describe, expect, it } from 'vitest';
import { Random } from '../../../../src/engine/numeric/random';
import type { LabelEntry } from '../../../../src/shared/schema/labels';
import { type Settlement, serialiseSettlements } from '../../../../src/shared/schema/settlements';
import { AnswersSoFar, mergeAnswers } from '../../../../src/shared/workspace/labels';
import { parseSettlementFile, settlementsOf } from '../../../../src/shared/workspace/settlements';
import { classBy } from '../../../../src/shared/workspace/settleRule';

const at = '2026-01-31T12:00:00.000Z';
const later = '2026-02-01T12:00:00.000Z';
const classes = ['happy', 'sad', 'angry'];

const settled = (label: string, over: Record<string, string>, when = at): Settlement => ({
  label,
  how: 'decision',
  at: when,
  over,
});
const answersOf = (said: Record<string, string>) =>
  Object.entries(said).map(([annotator, label]) => ({ annotator, image: 'a.png', label, at, seconds: 1 }));
const by = (files: Record<string, Settlement>, known = classes) =>
  settlementsOf(new Map(Object.entries(files).map(([name, one]) => [name, new Map([['a.png', one]])])), known);

describe('a settlement', () => {
  const over = { ana: 'happy', bo: 'sad' };

  it('gives a disputed image its class, and says who made it', () => {
    const merged = mergeAnswers(answersOf(over), by({ cleo: settled('sad', over) }));
    expect([...merged.labels]).toEqual([['a.png', 'sad']]);
    expect(merged.conflicts).toEqual([]);
    expect(merged.settled.get('a.png')).toMatchObject({ by: 'cleo', label: 'sad' });
  });

  it('is opened again by a later answer that differs, and not by one that says the same', () => {
    const settlements = by({ cleo: settled('sad', over) });
    expect(mergeAnswers(answersOf({ ...over, dan: 'sad' }), settlements).labels.get('a.png')).toBe('sad');
    const merged = mergeAnswers(answersOf({ ...over, dan: 'angry' }), settlements);
    expect(merged.labels.size).toBe(0);
    expect(merged.conflicts[0]).toMatchObject({ image: 'a.png', reopened: { by: 'cleo', label: 'sad' } });
    expect(mergeAnswers(answersOf({ ...over, ana: 'angry' }), settlements).labels.size).toBe(0);
  });

  it('counts for nothing where people agree after all, and of two the newest holds', () => {
    const settlements = by({ cleo: settled('sad', over), dan: settled('angry', over, later) });
    expect(mergeAnswers(answersOf(over), settlements).labels.get('a.png')).toBe('angry');
    const agreed = mergeAnswers(answersOf({ ana: 'happy', bo: 'happy' }), settlements);
    expect([agreed.labels.get('a.png'), agreed.settled.size]).toEqual(['happy', 0]);
  });

  it('to a class that is no more settles nothing', () => {
    const merged = mergeAnswers(answersOf(over), by({ cleo: settled('bored', over) }));
    expect(merged.conflicts).toHaveLength(1);
  });

  it('comes to the same where answers come one by one', () => {
    const random = Random.stream(3, 'split');
    const one = <T>(of: readonly T[]): T => of[random.integer(of.length)] as T;
    const people = ['ana', 'bo', 'cleo'];
    const images = ['a.png', 'b.png', 'c.png'];
    const soFar = new AnswersSoFar();
    const files = new Map(people.map((name) => [name, new Map<string, LabelEntry>()]));
    let settlements = settlementsOf(new Map(), classes);
    for (let step = 0; step < 500; step++) {
      const image = one(images);
      if (random.integer(4) === 0) {
        const given = soFar.to(image).flatMap(({ annotator, label }) => (label ? [[annotator, label]] : []));
        const file = new Map([...settlements].map(([id, [first]]) => [id, first as Settlement]));
        if (random.integer(3) === 0) file.delete(image);
        else file.set(image, settled(one(classes), Object.fromEntries(given)));
        settlements = settlementsOf(new Map([['dan', file]]), classes);
        soFar.settle(settlements);
        expect(soFar.settle(settlements)).toBe(false);
      } else {
        const name = one(people);
        const entry = random.integer(4) === 0 ? null : { label: one(classes), at, seconds: 1 };
        soFar.set(name, image, entry);
        if (entry) files.get(name)?.set(image, entry);
        else files.get(name)?.delete(image);
      }
      const all = [...files].flatMap(([annotator, own]) =>
        [...own].map(([id, entry]) => ({ annotator, image: id, ...entry })),
      );
      const merged = mergeAnswers(all, settlements);
      expect(soFar.labelled).toBe(merged.labels.size);
      for (const id of images) expect(soFar.settledTo(id)).toBe(merged.settled.get(id)?.label);
    }
  });
});

describe('a rule', () => {
  const answers = [
    { annotator: 'ana', label: 'happy' },
    { annotator: 'bo', label: 'sad' },
    { annotator: 'cleo', label: 'sad' },
  ];

  it('of the majority needs one, and of a person an answer', () => {
    expect(classBy({ how: 'majority' }, answers)).toBe('sad');
    expect(classBy({ how: 'majority' }, answers.slice(0, 2))).toBeUndefined();
    expect(classBy({ how: 'answer', of: 'ana' }, answers)).toBe('happy');
    expect(classBy({ how: 'answer', of: 'dan' }, answers)).toBeUndefined();
    expect(classBy({ how: 'decision', label: 'angry' }, answers)).toBe('angry');
  });
});

describe('the file of settlements', () => {
  const of = (entries: Record<string, Settlement>) => serialiseSettlements(new Map(Object.entries(entries)));

  it('has sorted keys, one settlement a line, and is read back as it was', () => {
    const entries = {
      'b.png': settled('sad', { bo: 'sad', ana: 'happy' }),
      'a.png': { label: 'happy', how: 'answer' as const, of: 'ana', at, over: { ana: 'happy', bo: 'sad' } },
    };
    const text = of(entries);
    expect(
      text
        .split('\n')
        .filter((line) => line.includes('.png'))
        .map((line) => line.trim().slice(0, 7)),
    ).toEqual(['"a.png"', '"b.png"']);
    expect(text).toContain('"over":{"ana":"happy","bo":"sad"}');
    expect(Object.fromEntries(parseSettlementFile(text).value ?? [])).toEqual(entries);
    expect(of({})).toBe('{\n  "schema": 1,\n  "settlements": {}\n}\n');
  });

  it('is refused with an image twice, with the marks of a merge, and where a name is missing', () => {
    const text = of({ 'a.png': settled('sad', { ana: 'sad', bo: 'happy' }) });
    const line = text.split('\n')[3] ?? '';
    expect(parseSettlementFile(text.replace(line, `${line},\n${line}`)).fault).toEqual({
      kind: 'repeatedImage',
      image: 'a.png',
      line: 5,
    });
    expect(parseSettlementFile(text.replace(line, `<<<<<<< HEAD\n${line}`)).fault).toEqual({
      kind: 'merge',
      keep: 'both',
      from: 4,
      to: 4,
    });
    expect(parseSettlementFile(text.replace('decision', 'answer')).fault).toMatchObject({ kind: 'damaged' });
  });
});
