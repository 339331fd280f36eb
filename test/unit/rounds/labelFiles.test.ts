import { appendFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  addLabels,
  type LabelledDataset,
  readLabels,
  readUsableLabels,
  removeLabels,
  tidyLabels,
} from '../../../src/engine/rounds/labelFiles';
import { LabelMemory } from '../../../src/engine/rounds/labelMemory';
import { answerLine, type LabelEntry, serialiseLabels } from '../../../src/shared/schema/labels';
import { datasetFile, says, skips } from '../../support/datasetFiles';
import { temporaryFolder } from '../../support/temporaryFolder';

const images = ['a.png', 'b.png', 'c.png', 'd.png', 'e.png'];
const keep = { overwrite: false };

async function emptyDataset(): Promise<LabelledDataset> {
  const file = datasetFile({ classes: ['happy', 'sad'] });
  const indexOf = (id: string) => (images.includes(id) ? images.indexOf(id) : undefined);
  return { name: 'toy', directory: await temporaryFolder(), file, has: (id) => images.includes(id), indexOf };
}

async function writeFileOf(dataset: LabelledDataset, name: string, text: string): Promise<string> {
  const path = join(dataset.directory, 'labels', name);
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
    ['a broken line', `${serialiseLabels(new Map())}{ "image": "a.png", \n`, /ana\.jsonl is not valid JSON \(line 2/],
    ['an empty file', '', /ana\.jsonl is not valid JSON \(it is empty\)/],
    [
      'a merge in progress',
      '{ "schema": 2 }\n<<<<<<< HEAD\n=======\n>>>>>>> theirs\n',
      /conflict in lines 2–4: keep one side/,
    ],
    [
      'an image answered twice',
      serialiseLabels(new Map([['a.png', says('sad')]])) + answerLine('a.png', says('happy')),
      /answers image "a\.png" twice, again in line 3/,
    ],
    ['a newer format', '{ "schema": 3 }\n', /damaged at "line 1: schema".*update/],
  ])('refuses %s with one sentence, and never replaces that file', async (_, text, message) => {
    const dataset = await emptyDataset();
    const path = await writeFileOf(dataset, 'ana.jsonl', text);
    await expect(readLabels(dataset)).rejects.toThrow(message);
    await expect(addLabels(dataset, 'ana', new Map([['b.png', says('sad')]]), keep)).rejects.toThrow(message);
    expect(await readFile(path, 'utf8')).toBe(text);
  });
});

describe('answers that do not fit to the dataset', () => {
  it.each([
    [
      'an unknown image',
      serialiseLabels(new Map([['gone.png', says('sad')]])),
      /ana\.jsonl, line 2: image "gone\.png" is not in dataset toy; put the image back, or remove that line\./,
    ],
    [
      'an unknown class',
      serialiseLabels(new Map([['a.png', says('angry')]])),
      /ana\.jsonl, line 2: image "a\.png" has the unknown class "angry"; use one of happy, sad, or take it in with "class add"\./,
    ],
  ])('are refused by whoever reads all (%s), and stay beside new ones', async (_, text, message) => {
    const dataset = await emptyDataset();
    const path = await writeFileOf(dataset, 'ana.jsonl', text);
    await expect(readLabels(dataset)).rejects.toThrow(message);
    await addLabels(dataset, 'ana', new Map([['b.png', says('sad')]]), keep);
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
    expect(lines).toEqual(expect.arrayContaining(text.trimEnd().split('\n')));
    expect(lines).toHaveLength(3); // head, the old answer, the new one
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
    expect(await addLabels(dataset, 'ana', changes, keep)).toMatchObject({ added: 2, unchanged: 0, kept: ['a.png'] });
    expect((await readLabels(dataset)).labels.get(0)).toBe(0);
    expect(await addLabels(dataset, 'ana', changes, { overwrite: true })).toMatchObject({
      added: 1,
      unchanged: 2,
      kept: [],
    });
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
    expect(await readdir(join(dataset.directory, 'labels'))).toEqual(['ana.jsonl']);
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

describe('a file of an earlier version', () => {
  const old = (labels: Record<string, LabelEntry>) => `${JSON.stringify({ schema: 1, labels }, null, 2)}\n`;
  const names = async ({ directory }: LabelledDataset) => readdir(join(directory, 'labels'));

  it('is read as it is, and taken over with the next answer, without loss', async () => {
    const dataset = await emptyDataset();
    const flagged = { ...says('sad'), flag: 'odd' };
    await writeFileOf(dataset, 'ana.json', old({ 'a.png': says('happy'), 'b.png': flagged }));
    expect([...(await readLabels(dataset)).labels.keys()]).toEqual([0, 1]);
    expect(await names(dataset)).toEqual(['ana.json']);
    await addLabels(dataset, 'ana', new Map([['c.png', skips]]), { ...keep, memory: new LabelMemory() });
    expect(await names(dataset)).toEqual(['ana.jsonl']);
    const { answers } = await readLabels(dataset);
    expect(answers.map(({ image, flag }) => [image, flag])).toEqual([
      ['a.png', undefined],
      ['b.png', 'odd'],
      ['c.png', undefined],
    ]);
  });

  it('that was left beside its successor by a crash, or brought back by git, is gone after the next answer', async () => {
    const dataset = await emptyDataset();
    const memory = new LabelMemory();
    await addLabels(dataset, 'ana', new Map([['a.png', says('happy')]]), { ...keep, memory });
    await writeFileOf(dataset, 'ana.json', old({ 'a.png': says('happy'), 'b.png': says('sad') }));
    expect([...(await readLabels(dataset)).labels.keys()]).toEqual([0, 1]);
    await addLabels(dataset, 'ana', new Map([['c.png', says('sad')]]), { ...keep, memory });
    expect(await names(dataset)).toEqual(['ana.jsonl']);
    expect([...(await readLabels(dataset)).labels.keys()]).toEqual([0, 1, 2]);
  });

  it('that answers otherwise is a fault: neither answer is lost', async () => {
    const dataset = await emptyDataset();
    await addLabels(dataset, 'ana', new Map([['a.png', says('happy')]]), keep);
    const path = await writeFileOf(dataset, 'ana.json', old({ 'a.png': says('sad') }));
    const twice = /ana\.json answers image "a\.png" twice/;
    await expect(readLabels(dataset)).rejects.toThrow(twice);
    await expect(addLabels(dataset, 'ana', new Map([['b.png', skips]]), keep)).rejects.toThrow(twice);
    expect(await readFile(path, 'utf8')).toContain('sad');
  });

  it('that is damaged is neither replaced nor removed', async () => {
    const dataset = await emptyDataset();
    const path = await writeFileOf(dataset, 'ana.json', '{ "schema": 1, "labels": {');
    await expect(addLabels(dataset, 'ana', new Map([['b.png', skips]]), keep)).rejects.toThrow(/not valid JSON/);
    expect([await names(dataset), await readFile(path, 'utf8')]).toEqual([['ana.json'], '{ "schema": 1, "labels": {']);
  });
});

describe('whoever saves often', () => {
  async function growing() {
    const dataset = await emptyDataset();
    const options = { overwrite: true, exact: true, memory: new LabelMemory() };
    const path = join(dataset.directory, 'labels', 'ana.jsonl');
    const save = (image: string, entry: LabelEntry) => addLabels(dataset, 'ana', new Map([[image, entry]]), options);
    await save('c.png', says('sad'));
    return { dataset, path, save, ...options };
  }

  it('adds lines, also for a change and for what is withdrawn, and sorts them later', async () => {
    const { dataset, path, save, memory } = await growing();
    await save('a.png', says('happy'));
    await save('b.png', says('happy'));
    await save('c.png', { ...says('happy'), at: '2026-01-31T12:00:09.000Z' });
    expect(await removeLabels(dataset, 'ana', ['b.png'], memory)).toBe(1);
    const images = async () =>
      [...(await readFile(path, 'utf8')).matchAll(/"image": "(.).png"/g)].map(([, name]) => name);
    expect(await images()).toEqual(['c', 'a', 'b', 'c', 'b']);
    const before = await readLabels(dataset);
    expect([...before.labels]).toEqual([
      [0, 0],
      [2, 0],
    ]);
    await tidyLabels(dataset, 'ana', memory);
    expect(await images()).toEqual(['a', 'c']);
    expect((await readLabels(dataset)).answers).toEqual(before.answers);
    await save('b.png', says('sad'));
    expect(await images()).toEqual(['a', 'c', 'b']);
  });

  it('leaves a file alone that somebody else has changed, and then goes on from that', async () => {
    const { dataset, path, save, memory } = await growing();
    await save('a.png', says('happy'));
    const edited = (await readFile(path, 'utf8')).replace('happy', 'sad');
    await writeFile(path, edited);
    await tidyLabels(dataset, 'ana', memory);
    expect(await readFile(path, 'utf8')).toBe(edited);
    await save('b.png', says('sad'));
    expect([...(await readLabels(dataset)).labels.values()]).toEqual([1, 1, 1]);
  });

  it('removes what a crash left of a line, keeps the answers before it, and says what it was', async () => {
    const { dataset, path, save } = await growing();
    await appendFile(path, '{ "image": "d.png", "la');
    expect([...(await readLabels(dataset)).labels.keys()]).toEqual([2]);
    expect(await save('a.png', says('happy'))).toMatchObject({ added: 1, torn: '{ "image": "d.png", "la' });
    expect(await save('b.png', says('happy'))).toMatchObject({ added: 1, torn: null });
    expect([...(await readLabels(dataset)).labels.keys()]).toEqual([0, 1, 2]);
  });

  it('keeps a last line that an editor left without its line break', async () => {
    const { dataset, path, save } = await growing();
    await writeFile(path, (await readFile(path, 'utf8')).trimEnd());
    await save('a.png', says('happy'));
    expect([...(await readLabels(dataset)).labels.keys()]).toEqual([0, 2]);
  });
});

describe('readUsableLabels', () => {
  const conflict = (image: string) => {
    const [mine, theirs] = [says('happy'), says('sad')].map((entry) => answerLine(image, entry));
    return `${serialiseLabels(new Map([['c.png', says('sad')]]))}<<<<<<< HEAD\n${mine}=======\n${theirs}>>>>>>> other\n`;
  };
  const usable = async (dataset: LabelledDataset) => {
    const warnings: string[] = [];
    return { merged: await readUsableLabels(dataset, { warn: (sentence) => warnings.push(sentence) }), warnings };
  };

  it('goes on without the damaged file of one person, names its line, and takes its images for answered', async () => {
    const dataset = await emptyDataset();
    const path = await writeFileOf(dataset, 'ana.jsonl', conflict('a.png'));
    await addLabels(dataset, 'bo', new Map([['b.png', says('sad')]]), keep);
    const { merged, warnings } = await usable(dataset);
    expect([...merged.labels]).toEqual([[1, 1]]);
    expect([...merged.answered].sort()).toEqual([0, 1, 2]);
    expect(merged.annotators).toEqual(['bo']);
    expect(warnings).toEqual([
      `${path} has a conflict in lines 3–7: keep one side where both answer the same image, and otherwise both, and remove the marks of the merge. Until then no answer of ana counts.`,
    ]);
    expect(await readFile(path, 'utf8')).toBe(conflict('a.png'));
  });

  it('uses all answers of a file but those to unknown images and of unknown classes', async () => {
    const dataset = await emptyDataset();
    const said = { 'a.png': says('happy'), 'b.png': says('angry'), 'c.png': says('sad'), 'z.png': says('sad') };
    await writeFileOf(dataset, 'ana.jsonl', serialiseLabels(new Map(Object.entries(said))));
    const { merged, warnings } = await usable(dataset);
    expect([...merged.labels]).toEqual([
      [0, 0],
      [2, 1],
    ]);
    expect(warnings).toEqual([
      expect.stringMatching(/ana\.jsonl, line 3: image "b\.png" has the unknown class "angry".*So is 1 more/),
    ]);
  });

  it('is an error where nobody has a file that can be used', async () => {
    const dataset = await emptyDataset();
    await writeFileOf(dataset, 'ana.jsonl', conflict('a.png'));
    await expect(usable(dataset)).rejects.toThrow(/lines 3–7/);
  });

  it('forgets what is settled in a damaged file, and says so', async () => {
    const dataset = await emptyDataset();
    await addLabels(dataset, 'bo', new Map([['b.png', says('sad')]]), keep);
    await mkdir(join(dataset.directory, 'settlements'));
    await writeFile(join(dataset.directory, 'settlements', 'ana.json'), '{\n"schema": 1,,\n}');
    const { merged, warnings } = await usable(dataset);
    expect(merged.labels.size).toBe(1);
    expect(warnings).toEqual([
      expect.stringMatching(/ana\.json is not valid JSON \(line 2: .*nothing that ana settled/),
    ]);
    await expect(readLabels(dataset)).rejects.toThrow(/ana\.json is not valid JSON/);
  });
});
