import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { addLabels, type LabelledDataset, readLabels } from '../../../src/engine/rounds/labelFiles';
import { settle, withdraw } from '../../../src/engine/rounds/settle';
import { datasetFile, says } from '../../support/datasetFiles';
import { temporaryFolder } from '../../support/temporaryFolder';

const images = ['a.png', 'b.png', 'c.png', 'd.png'];

/** a: ana against bo; b: two to one; c: all agree; d: two to one, of others. */
async function disputed(): Promise<LabelledDataset> {
  const file = datasetFile({ classes: ['happy', 'sad', 'angry'] });
  const indexOf = (id: string) => (images.includes(id) ? images.indexOf(id) : undefined);
  const has = (id: string) => images.includes(id);
  const dataset = { name: 'toy', directory: await temporaryFolder(), file, has, indexOf };
  const said = {
    ana: ['happy', 'happy', 'sad', 'sad'],
    bo: ['sad', 'sad', 'sad', 'angry'],
    cleo: ['', 'sad', '', 'angry'],
  };
  for (const [name, labels] of Object.entries(said)) await answer(dataset, name, labels);
  return dataset;
}

const answer = (dataset: LabelledDataset, name: string, labels: readonly string[]) => {
  const given = labels.flatMap((label, i) => (label === '' ? [] : [[images[i] ?? '', says(label)] as const]));
  return addLabels(dataset, name, new Map(given), { overwrite: true });
};

const filesOf = ({ directory }: LabelledDataset) =>
  Promise.all(['ana', 'bo', 'cleo'].map((name) => readFile(join(directory, 'labels', `${name}.jsonl`), 'utf8')));

const labelsOf = async (dataset: LabelledDataset) =>
  Object.fromEntries([...(await readLabels(dataset)).labels].map(([i, c]) => [images[i], dataset.file.classes[c]]));

describe('settling disputes', () => {
  it('by majority leaves those that have none, and every answer as it was', async () => {
    const dataset = await disputed();
    const before = await filesOf(dataset);
    expect(await labelsOf(dataset)).toEqual({ 'c.png': 'sad' });
    const outcome = await settle(dataset, { by: 'dan', rule: { how: 'majority' } });
    expect(outcome).toMatchObject({
      settled: [
        { image: 'b.png', label: 'sad' },
        { image: 'd.png', label: 'angry' },
      ],
      left: ['a.png'],
    });
    expect(await labelsOf(dataset)).toEqual({ 'b.png': 'sad', 'c.png': 'sad', 'd.png': 'angry' });
    expect(await filesOf(dataset)).toEqual(before);
    expect(JSON.parse(await readFile(outcome.path, 'utf8')).settlements['b.png']).toMatchObject({
      label: 'sad',
      how: 'majority',
      at: expect.stringMatching(/^20\d\d-.*Z$/),
      over: { ana: 'happy', bo: 'sad', cleo: 'sad' },
    });
  });

  it('by a person takes the answers of that one, and a decision takes any class', async () => {
    const dataset = await disputed();
    await settle(dataset, { by: 'dan', rule: { how: 'answer', of: 'ana' } });
    expect(await labelsOf(dataset)).toMatchObject({ 'a.png': 'happy', 'b.png': 'happy', 'd.png': 'sad' });
    // what is settled can be settled otherwise
    await settle(dataset, { by: 'dan', rule: { how: 'decision', label: 'angry' }, images: ['a.png'] });
    const merged = await readLabels(dataset);
    expect(merged.settled.get('a.png')).toMatchObject({ label: 'angry', how: 'decision', by: 'dan' });
    expect(merged.conflicts).toEqual([]);
  });

  it('is undone by withdrawing, and by a later answer that differs', async () => {
    const dataset = await disputed();
    await settle(dataset, { by: 'dan', rule: { how: 'majority' } });
    await answer(dataset, 'dan', ['', 'happy']);
    const { conflicts } = await readLabels(dataset);
    expect(conflicts.map(({ image, reopened }) => [image, reopened?.label])).toEqual([
      ['a.png', undefined],
      ['b.png', 'sad'],
    ]);
    expect(await withdraw(dataset, 'dan', ['d.png'])).toBe(1);
    expect(await labelsOf(dataset)).toEqual({ 'c.png': 'sad' });
    expect(await withdraw(dataset, 'dan')).toBe(1);
    expect((await readLabels(dataset)).conflicts.every(({ reopened }) => reopened === undefined)).toBe(true);
    await expect(withdraw(dataset, 'dan', ['a.png'])).rejects.toThrow(/dan has settled nothing about image "a\.png"/);
  });

  it.each([
    [
      { by: 'dan', rule: { how: 'decision', label: 'bored' }, images: ['a.png'] },
      /"bored" is no class of dataset toy; use one of happy, sad, angry\./,
    ],
    [
      { by: 'dan', rule: { how: 'answer', of: 'zoe' } },
      /Nobody called "zoe" has labelled dataset toy; its annotators are ana, bo, cleo\./,
    ],
    [{ by: 'dan', rule: { how: 'majority' }, images: ['c.png'] }, /Image "c\.png" of dataset toy is not disputed/],
    [{ by: 'dan', rule: { how: 'majority' }, images: ['z.png'] }, /Image "z\.png" is not in dataset toy/],
    [{ by: '../x', rule: { how: 'majority' } }, /"\.\.\/x" can't name an annotator/],
  ] as const)('refuses what it can not do: %j', async (wish, message) => {
    await expect(settle(await disputed(), wish)).rejects.toThrow(message);
  });

  it('writes over no damaged file, and reads past none', async () => {
    const dataset = await disputed();
    const path = join(dataset.directory, 'settlements', 'dan.json');
    await mkdir(join(dataset.directory, 'settlements'));
    await writeFile(path, '{ "schema": 1, "settlements": {');
    await expect(settle(dataset, { by: 'dan', rule: { how: 'majority' } })).rejects.toThrow(
      /dan\.json is not valid JSON/,
    );
    await expect(readLabels(dataset)).rejects.toThrow(/dan\.json is not valid JSON/);
    expect(await readFile(path, 'utf8')).toBe('{ "schema": 1, "settlements": {');
  });

  it('loses none of two that are made at the same time', async () => {
    const dataset = await disputed();
    const decide = (image: string) =>
      settle(dataset, { by: 'dan', rule: { how: 'decision', label: 'sad' }, images: [image] });
    await Promise.all(['a.png', 'b.png', 'd.png'].map(decide));
    expect((await readLabels(dataset)).settled.size).toBe(3);
  });
});

describe('an annotator named like another but for case', () => {
  it('is refused in one sentence', async () => {
    const dataset = await disputed();
    await expect(answer(dataset, 'Ana', ['sad'])).rejects.toThrow(
      /Dataset toy has an annotator "ana" already, and "Ana" differs only in upper and lower case/,
    );
    expect((await readLabels(dataset)).annotators).toEqual(['ana', 'bo', 'cleo']);
  });
});
