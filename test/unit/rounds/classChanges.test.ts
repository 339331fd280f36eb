import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDatasetFile } from '../../../src/engine/data/dataset/folder';
import { writePending } from '../../../src/engine/rounds/classChangeFiles';
import {
  changeClasses,
  countClassLabels,
  finishClassChange,
  undoClassChange,
} from '../../../src/engine/rounds/classChanges';
import { addLabels } from '../../../src/engine/rounds/labelFiles';
import { rawLabels } from '../../../src/engine/rounds/rawLabels';
import { changeSettlements } from '../../../src/engine/rounds/settlementFiles';
import type { ClassChange, ClassChangeFile, EarlierAnswer } from '../../../src/shared/schema/classChange';
import { layoutClassesOf } from '../../../src/shared/schema/dataset';
import type { LabelEntry } from '../../../src/shared/schema/labels';
import { datasetFile, says, skips } from '../../support/datasetFiles';
import { writeDataset } from '../../support/writeDataset';

/** Two people, a class that both gave, a skip, a flag, and a dispute that was settled. */
async function labelled() {
  const { directory, write, label } = await writeDataset();
  await write('dataset.json', datasetFile({ classes: ['happy', 'sad', 'joy'] }));
  await label('anna', { 'a.png': says('happy'), 'b.png': { ...says('joy'), flag: 'odd' }, 'c.png': skips });
  await label('ben', { 'a.png': says('joy'), 'd.png': says('sad') });
  const over = { anna: 'happy', ben: 'joy' };
  await changeSettlements({ directory }, 'chris', async (settlements) => {
    settlements.set('a.png', { label: 'joy', how: 'decision', at: '2026-01-01T00:00:00.000Z', over });
  });
  return { directory, write, label };
}

const change = (directory: string, wanted: ClassChange) => changeClasses(directory, wanted);

/** Everything that people said, as text. */
async function said(directory: string): Promise<string[]> {
  const lines: string[] = [];
  for (const annotator of ['anna', 'ben'])
    for (const [image, entry] of [...(await rawLabels(directory, annotator))].sort())
      lines.push(`${annotator} ${image} ${entry.label ?? 'skipped'}${entry.flag ? ` (${entry.flag})` : ''}`);
  return lines;
}

const settled = (directory: string) => readFile(join(directory, 'settlements/chris.json'), 'utf8');

const before = ['anna a.png happy', 'anna b.png joy (odd)', 'anna c.png skipped', 'ben a.png joy', 'ben d.png sad'];

describe('changing classes', () => {
  it('renames in all labels and settlements, and takes the name back, also of what was labelled since', async () => {
    const { directory, label } = await labelled();
    const first = await readFile(join(directory, 'dataset.json'), 'utf8');
    const settlements = await settled(directory);
    const report = await change(directory, { kind: 'rename', from: 'joy', to: ' glad' });
    expect(report).toMatchObject({ classes: ['happy', 'sad', 'glad'], answers: 2, undone: false });
    expect(await said(directory)).toEqual(before.map((line) => line.replace('joy', 'glad')));
    expect(await settled(directory)).toBe(settlements.replaceAll('joy', 'glad'));
    expect(layoutClassesOf(await readDatasetFile(directory))).toContainEqual({ told: 'joy', class: 'glad' });
    await label('cleo', { 'e.png': says('glad') });
    await undoClassChange(directory);
    expect(await said(directory)).toEqual(before);
    expect(await settled(directory)).toBe(settlements);
    expect([...(await rawLabels(directory, 'cleo')).values()]).toMatchObject([{ label: 'joy' }]);
    expect(JSON.parse(await readFile(join(directory, 'dataset.json'), 'utf8'))).toEqual(JSON.parse(first));
    expect(await readdir(join(directory, 'classes'))).toEqual([]);
  });

  it('merges, and takes apart again what nobody has answered anew', async () => {
    const { directory, label } = await labelled();
    await change(directory, { kind: 'merge', from: ['joy'], into: 'happy' });
    expect((await readDatasetFile(directory)).classes).toEqual(['happy', 'sad']);
    expect(await said(directory)).toEqual(before.map((line) => line.replace('joy', 'happy')));
    expect(JSON.parse(await settled(directory)).settlements['a.png']).toMatchObject({
      label: 'happy',
      over: { anna: 'happy', ben: 'happy' },
    });
    const anew: LabelEntry = { label: 'happy', at: '2026-02-02T00:00:00.000Z', seconds: 1 };
    await label('ben', { 'a.png': anew, 'd.png': says('sad') });
    await undoClassChange(directory);
    expect(await said(directory)).toEqual(before.map((line) => line.replace('ben a.png joy', 'ben a.png happy')));
    expect(JSON.parse(await settled(directory)).settlements['a.png']).toMatchObject({ label: 'joy' });
  });

  it('never loses labels of a removed class unless it is told to, and gives dropped ones back', async () => {
    const { directory } = await labelled();
    await expect(change(directory, { kind: 'remove', name: 'joy' })).rejects.toThrow(
      /"joy" of faces has 2 labels.*--labels-to.*--drop-labels/,
    );
    expect(await said(directory)).toEqual(before);
    await change(directory, { kind: 'remove', name: 'joy', drop: true });
    expect(await said(directory)).toEqual(before.filter((line) => !line.includes('joy')));
    expect(JSON.parse(await settled(directory)).settlements).toEqual({});
    await undoClassChange(directory);
    expect(await said(directory)).toEqual(before);
    expect(JSON.parse(await settled(directory)).settlements['a.png'].label).toBe('joy');
  });

  it('adds at the end and orders as told, without touching labels; several changes are undone one after the other', async () => {
    const { directory } = await labelled();
    await change(directory, { kind: 'add', names: ['zoo', 'Ärger'] });
    await change(directory, { kind: 'order', names: ['Ärger', 'sad'] });
    expect((await readDatasetFile(directory)).classes).toEqual(['Ärger', 'sad', 'happy', 'joy', 'zoo']);
    expect(await said(directory)).toEqual(before);
    await undoClassChange(directory);
    expect((await readDatasetFile(directory)).classes).toEqual(['happy', 'sad', 'joy', 'zoo', 'Ärger']);
    await undoClassChange(directory);
    expect((await readDatasetFile(directory)).classes).toEqual(['happy', 'sad', 'joy']);
    await expect(undoClassChange(directory)).rejects.toThrow(/nothing to undo/);
  });

  it('names labels of classes that are none, and takes them up', async () => {
    const { directory, label } = await labelled();
    await label('cleo', { 'e.png': says('bored'), 'f.png': says('tired') });
    expect((await countClassLabels(directory)).unknown).toEqual([
      { name: 'bored', labels: 1 },
      { name: 'tired', labels: 1 },
    ]);
    await change(directory, { kind: 'merge', from: ['bored'], into: 'sad' });
    await change(directory, { kind: 'add', names: ['tired'] });
    expect(await countClassLabels(directory)).toMatchObject({
      classes: [{ labels: 1 }, { labels: 2 }, { labels: 2 }, { name: 'tired', labels: 1 }],
      unknown: [],
    });
    await expect(undoClassChange(directory)).rejects.toThrow(/"tired" was added last and has 1 label/);
  });

  it.each<[ClassChange, RegExp]>([
    [{ kind: 'add', names: ['Happy'] }, /upper and lower case alone/],
    [{ kind: 'add', names: ['new', 'NEW'] }, /upper and lower case alone/],
    [{ kind: 'rename', from: 'none', to: 'x' }, /no class "none": it has happy, sad, joy/],
    [{ kind: 'rename', from: 'joy', to: 'sad' }, /There is a class "sad" already/],
    [{ kind: 'merge', from: ['sad'], into: 'sad' }, /into itself/],
    [{ kind: 'merge', from: ['sad'], into: 'x' }, /no class "x"/],
    [{ kind: 'order', names: ['x'] }, /no class "x"/],
  ])('refuses %j in one sentence, and changes nothing', async (wanted, message) => {
    const { directory } = await labelled();
    await expect(change(directory, wanted)).rejects.toThrow(message);
    expect((await readDatasetFile(directory)).classes).toEqual(['happy', 'sad', 'joy']);
    expect(await said(directory)).toEqual(before);
  });

  it('changes nothing where a label file is damaged', async () => {
    const { directory, write } = await labelled();
    await write('labels/dora.json', 'half a fi');
    await expect(change(directory, { kind: 'rename', from: 'joy', to: 'glad' })).rejects.toMatchObject({
      code: 'damaged',
    });
    expect((await readDatasetFile(directory)).classes).toContain('joy');
    expect(await said(directory)).toEqual(before);
  });

  it('refuses to undo what was changed by other means since', async () => {
    const { directory, write } = await labelled();
    await change(directory, { kind: 'rename', from: 'joy', to: 'glad' });
    await write('dataset.json', { ...(await readDatasetFile(directory)), classes: ['sad', 'happy', 'glad'] });
    await expect(undoClassChange(directory)).rejects.toThrow(/changed by hand or by version control/);
  });
});

describe('a change that was interrupted', () => {
  const at = '2026-01-01T00:00:00.000Z';
  const begun = (wanted: Pick<ClassChangeFile, 'change' | 'before' | 'after'>): ClassChangeFile => ({
    schema: 1,
    number: 1,
    at,
    answers: [],
    settlements: [],
    ...wanted,
  });
  const state = { classes: ['happy', 'sad', 'joy'] };
  const after = {
    classes: ['happy', 'sad'],
    layoutClasses: [
      { told: 'happy', class: 'happy' },
      { told: 'sad', class: 'sad' },
      { told: 'joy', class: 'happy' },
    ],
  };
  const merge: ClassChange = { kind: 'merge', from: ['joy'], into: 'happy' };

  it.each(['before dataset.json', 'before the labels', 'between two label files'])(
    'is carried out by whoever comes next: %s',
    async (moment) => {
      const { directory, write, label } = await labelled();
      const answers: EarlierAnswer[] =
        moment === 'between two label files' ? [['anna', 'b.png', { ...says('joy'), flag: 'odd' }]] : [];
      await writePending(directory, { ...begun({ change: merge, before: state, after }), answers });
      if (moment !== 'before dataset.json')
        await write('dataset.json', { ...(await readDatasetFile(directory)), ...after });
      if (moment === 'between two label files')
        await label('anna', { 'a.png': says('happy'), 'b.png': { ...says('happy'), flag: 'odd' }, 'c.png': skips });
      await finishClassChange(directory);
      expect(await said(directory)).toEqual(before.map((line) => line.replace('joy', 'happy')));
      expect(await readdir(join(directory, 'classes'))).toEqual(['0001.json']);
      await undoClassChange(directory);
      expect(await said(directory)).toEqual(before);
    },
  );

  it('is not carried out on classes that it does not know', async () => {
    const { directory, write } = await labelled();
    await writePending(directory, begun({ change: merge, before: state, after }));
    await write('dataset.json', datasetFile({ classes: ['something', 'else'] }));
    await expect(finishClassChange(directory)).rejects.toThrow(/pending\.json.*does not fit/);
    expect(await said(directory)).toEqual(before);
  });
});

describe('saving answers', () => {
  const openedBefore = (directory: string) => ({
    name: 'faces',
    directory,
    file: datasetFile({ classes: ['happy', 'sad', 'joy'] }),
    has: () => true,
  });
  const answer = (label: string) => new Map([['z.png', says(label)]]);

  it('refuses a class that was renamed since the dataset was opened, in one sentence, and keeps everything', async () => {
    const { directory } = await labelled();
    const opened = openedBefore(directory);
    await change(directory, { kind: 'rename', from: 'joy', to: 'glad' });
    await expect(addLabels(opened, 'anna', answer('joy'), { overwrite: false })).rejects.toThrow(
      /^The class "joy" is gone from dataset faces .*answer with one of happy, sad, glad\.$/,
    );
    expect(await said(directory)).toEqual(before.map((line) => line.replace('joy', 'glad')));
  });

  it('goes on beside labels of a class that is none, which stay in the file', async () => {
    const { directory, label } = await labelled();
    await label('cleo', { 'e.png': says('bored') });
    await addLabels(openedBefore(directory), 'cleo', answer('sad'), { overwrite: false });
    expect([...(await rawLabels(directory, 'cleo'))].map(([image, { label: said }]) => [image, said])).toEqual([
      ['e.png', 'bored'],
      ['z.png', 'sad'],
    ]);
  });
});
