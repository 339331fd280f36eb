import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { addLabels, type LabelledDataset, readLabels, removeLabels } from '../../../src/engine/rounds/labelFiles';
import { serialiseLabels } from '../../../src/shared/schema/labels';
import { datasetFile, says, skips } from '../../support/datasetFiles';
import { temporaryFolder } from '../../support/temporaryFolder';

const images = ['a.png', 'b.png', 'c.png', 'd.png', 'e.png'];
const keep = { overwrite: false };

async function emptyDataset(): Promise<LabelledDataset> {
  const file = datasetFile({ classes: ['happy', 'sad'] });
  const indexOf = (id: string) => (images.includes(id) ? images.indexOf(id) : undefined);
  return { name: 'toy', directory: await temporaryFolder(), file, has: (id) => images.includes(id), indexOf };
}

async function writeFileOf(dataset: LabelledDataset, annotator: string, text: string): Promise<string> {
  const path = join(dataset.directory, 'labels', `${annotator}.json`);
  await mkdir(join(dataset.directory, 'labels'), { recursive: true });
  await writeFile(path, text);
  return path;
}

describe('readLabels', () => {
  it('merges annotators: agreement is a label, disagreement a conflict, a skip weighs nothing', async () => {
    const dataset = await emptyDataset();
    const ana = { 'a.png': says('happy'), 'b.png': says('sad'), 'c.png': skips, 'd.png': skips };
    const bo = { 'a.png': says('happy'), 'b.png': says('happy'), 'c.png': says('sad') };
    await addLabels(dataset, 'ana', new Map(Object.entries(ana)), keep);
    await addLabels(dataset, 'bo', new Map(Object.entries(bo)), keep);
    const merged = await readLabels(dataset);
    expect([...merged.labels]).toEqual([
      [0, 0],
      [2, 1],
    ]);
    expect(merged.conflicts).toEqual([
      {
        image: 'b.png',
        answers: [
          { annotator: 'ana', label: 'sad' },
          { annotator: 'bo', label: 'happy' },
        ],
      },
    ]);
    expect([...merged.skipped]).toEqual([3]);
    expect([...merged.answered].sort()).toEqual([0, 1, 2, 3]);
    expect(merged.answers).toHaveLength(7);
  });

  it('is empty before the first label', async () => {
    expect((await readLabels(await emptyDataset())).labels.size).toBe(0);
  });

  it.each([
    [
      'an unknown image',
      serialiseLabels(new Map([['gone.png', says('sad')]])),
      /ana\.json: image "gone\.png" is not in dataset toy; put the image back, or remove that line\./,
    ],
    [
      'an unknown class',
      serialiseLabels(new Map([['a.png', says('angry')]])),
      /image "a\.png" has the unknown class "angry"; use one of happy, sad\./,
    ],
    ['half a file', serialiseLabels(new Map([['a.png', says('sad')]])).slice(0, 40), /ana\.json is not valid JSON/],
    ['an empty file', '', /ana\.json is not valid JSON \(it is empty\)/],
    ['a merge in progress', '{\n<<<<<<< HEAD\n"schema": 1\n=======\n>>>>>>> theirs\n}', /unfinished merge/],
    [
      'an image answered twice',
      serialiseLabels(new Map([['a.png', says('sad')]])).replace(
        '"labels": {',
        `"labels": {\n    "a.png": ${JSON.stringify(says('happy'))},`,
      ),
      /answers image "a\.png" twice/,
    ],
    ['a newer format', '{"schema": 2, "labels": {}}', /damaged at "schema".*update/],
  ])('refuses %s with one sentence, and never replaces that file', async (_, text, message) => {
    const dataset = await emptyDataset();
    const path = await writeFileOf(dataset, 'ana', text);
    await expect(readLabels(dataset)).rejects.toThrow(message);
    await expect(addLabels(dataset, 'ana', new Map([['b.png', says('sad')]]), keep)).rejects.toThrow(message);
    expect(await readFile(path, 'utf8')).toBe(text);
  });
});

describe('addLabels', () => {
  it('keeps an earlier answer unless told to overwrite', async () => {
    const dataset = await emptyDataset();
    await addLabels(
      dataset,
      'ana',
      new Map([
        ['a.png', says('happy')],
        ['b.png', skips],
      ]),
      keep,
    );
    const changes = new Map([
      ['a.png', says('sad')],
      ['b.png', says('sad')],
      ['c.png', says('sad')],
    ]);
    expect(await addLabels(dataset, 'ana', changes, keep)).toEqual({ added: 2, unchanged: 0, kept: ['a.png'] });
    expect((await readLabels(dataset)).labels.get(0)).toBe(0);
    expect(await addLabels(dataset, 'ana', changes, { overwrite: true })).toEqual({ added: 1, unchanged: 2, kept: [] });
    expect((await readLabels(dataset)).labels.get(0)).toBe(1);
  });

  it('saves nothing when any of the answers is wrong', async () => {
    const dataset = await emptyDataset();
    const mixed = new Map([
      ['a.png', says('sad')],
      ['gone.png', says('sad')],
    ]);
    await expect(addLabels(dataset, 'ana', mixed, keep)).rejects.toThrow(/gone\.png/);
    expect((await readLabels(dataset)).answers).toEqual([]);
  });

  it('loses nothing when many write at the same time, and leaves no lock behind', async () => {
    const dataset = await emptyDataset();
    await Promise.all(images.map((image) => addLabels(dataset, 'ana', new Map([[image, says('sad')]]), keep)));
    expect((await readLabels(dataset)).labels.size).toBe(images.length);
    expect(await readdir(join(dataset.directory, 'labels'))).toEqual(['ana.json']);
  });

  it.each(['../x', 'a/b', '', '.hidden', 'x.', 'tab\there'])('refuses the annotator name %j', async (name) => {
    await expect(addLabels(await emptyDataset(), name, new Map(), keep)).rejects.toThrow(/can't name an annotator/);
  });

  it('takes names in any script', async () => {
    const dataset = await emptyDataset();
    await addLabels(dataset, 'Zoë Łukasz 李', new Map([['a.png', says('sad')]]), keep);
    expect((await readLabels(dataset)).annotators).toEqual(['Zoë Łukasz 李']);
  });
});

describe('exact answers', () => {
  const exact = { overwrite: true, exact: true };
  const flagged = new Map([['a.png', { ...says('sad'), flag: 'odd' }]]);
  const plain = new Map([['a.png', says('sad')]]);

  it('take a flag away, which others keep', async () => {
    const dataset = await emptyDataset();
    await addLabels(dataset, 'ana', flagged, keep);
    expect(await addLabels(dataset, 'ana', plain, { overwrite: true })).toMatchObject({ unchanged: 1 });
    expect((await readLabels(dataset)).answers[0].flag).toBe('odd');
    expect(await addLabels(dataset, 'ana', plain, exact)).toMatchObject({ added: 1 });
    expect((await readLabels(dataset)).answers[0]).not.toHaveProperty('flag');
    expect(await addLabels(dataset, 'ana', plain, exact)).toMatchObject({ unchanged: 1 });
  });

  it('never replace another answer, a skip neither, unless asked to', async () => {
    const dataset = await emptyDataset();
    await addLabels(dataset, 'ana', new Map([['a.png', skips]]), keep);
    expect(await addLabels(dataset, 'ana', plain, { overwrite: false, exact: true })).toMatchObject({
      kept: ['a.png'],
    });
    expect((await readLabels(dataset)).skipped.has(0)).toBe(true);
  });
});

describe('removeLabels', () => {
  it('takes back exactly the given answers', async () => {
    const dataset = await emptyDataset();
    await addLabels(
      dataset,
      'ana',
      new Map([
        ['a.png', says('sad')],
        ['b.png', says('sad')],
      ]),
      keep,
    );
    expect(await removeLabels(dataset, 'ana', ['a.png', 'c.png'])).toBe(1);
    expect([...(await readLabels(dataset)).labels.keys()]).toEqual([1]);
  });
});
