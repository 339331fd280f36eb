import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importDataset, rebuildCache } from '../../../src/engine/data/dataset/import';
import { openDataset } from '../../../src/engine/data/dataset/open';
import { detectLayout } from '../../../src/engine/data/importers/openSource';
import { silentJob } from '../../../src/engine/job';
import { encoded } from '../../support/encoded';
import { writeFiles } from '../../support/pictures';
import { temporaryFolder } from '../../support/temporaryFolder';

const names = ['surprise', 'fear', 'disgust', 'happiness', 'sadness', 'anger', 'neutral'];

async function makeRafDb(root: string): Promise<void> {
  const list: string[] = [];
  for (let i = 1; i <= 7; i++) {
    const train = `train_0000${i}`;
    list.push(`${train}.jpg ${i}`);
    await writeFiles(root, {
      [`Image/aligned/${train}_aligned.jpg`]: { seed: i, width: 100, height: 100, colour: true },
    });
  }
  list.push('test_0001.jpg 4', 'test_0002.jpg 7', 'test_0003.jpg 8', 'rubbish', 'train_00001.jpg 2', '');
  await writeFiles(root, {
    'Image/aligned/test_0001_aligned.jpg': { seed: 20, width: 100, height: 100, colour: true },
    'Image/aligned/test_0009_aligned.jpg': { seed: 21, width: 100, height: 100, colour: true },
    'EmoLabel/list_patition_label.txt': list.join('\r\n'),
  });
}

describe('rafdb', () => {
  it('reads the list and the aligned faces, at 96 × 96 in colour', async () => {
    const root = await temporaryFolder();
    await makeRafDb(join(root, 'basic'));
    expect(await detectLayout(root, '', silentJob)).toBe('rafdb');
    const report = await importDataset({ workspace: root, folder: root, layout: 'auto', name: 'raf' }, silentJob);
    expect(report.root).toBe(join(root, 'basic'));
    expect(report.classes).toEqual([...names].sort());
    expect(report.image).toEqual({ channels: 3, height: 96, width: 96 });
    expect(report.counts.train.perClass).toEqual([1, 1, 1, 1, 1, 1, 1]);
    expect(report.counts.test.images).toBe(1);
    expect(report.broken).toEqual([
      { id: 'EmoLabel/list_patition_label.txt:10', problem: 'line 10 is not like "train_00001.jpg 5"' },
      { id: 'EmoLabel/list_patition_label.txt:11', problem: 'line 11 is not like "train_00001.jpg 5"' },
      { id: 'EmoLabel/list_patition_label.txt:12', problem: 'line 12 names train_00001 again' },
      { id: 'Image/aligned/test_0002_aligned.jpg', problem: 'the file is missing' },
    ]);
    expect(report.notes.join()).toContain('1 aligned image');
    const dataset = await openDataset(root, 'raf', silentJob, rebuildCache);
    for (const [i, name] of names.entries()) {
      const index = dataset.indexOf(`Image/aligned/train_0000${i + 1}_aligned.jpg`)!;
      expect(dataset.file.classes[dataset.images[index].label!]).toBe(name);
    }
    dataset.close();
  });

  it.each([
    ['UTF-8 with a mark', '\t'],
    ['UTF-16 LE', ' '],
    ['UTF-16 BE', ';'],
    ['UTF-8', ', '],
  ] as const)('reads a list in %s, separated by %j', async (encoding, separator) => {
    const root = await temporaryFolder();
    await makeRafDb(root);
    const lines = ['train_00001.jpg', 'train_00002.jpg', 'test_0001.jpg'].map(
      (name, i) => `${name}${separator}${i + 1}.0`,
    );
    await writeFile(join(root, 'EmoLabel/list_patition_label.txt'), encoded(lines.join('\r'), encoding));
    const report = await importDataset({ workspace: root, folder: root, layout: 'auto', name: 'raf' }, silentJob);
    expect(report.broken).toEqual([]);
    expect(report.counts.train.perClass).toEqual([0, 0, 1, 0, 0, 0, 1]);
    expect(report.counts.test.perClass[report.classes.indexOf('disgust')]).toBe(1);
  });

  it('notices, when the cache is made again, that the list tells other labels', async () => {
    const root = await temporaryFolder();
    await makeRafDb(root);
    const { directory } = await importDataset({ workspace: root, folder: root, layout: 'rafdb', name: 'r' }, silentJob);
    await writeFiles(root, { 'EmoLabel/list_patition_label.txt': 'train_00001.jpg 2\ntest_0001.jpg 4\n' });
    await rm(join(directory, '.cache'), { recursive: true });
    await expect(openDataset(root, 'r', silentJob, rebuildCache)).rejects.toMatchObject({ code: 'input' });
  });

  it.each(['RAF', 'compound'])('reads the compound part as what it is: %s', async (folder) => {
    const root = await temporaryFolder();
    const count = folder === 'RAF' ? 11 : 7; // a part of it is known by its folder alone
    const list = Array.from({ length: 2 * count }, (_, i) => ({
      name: `${i % 2 ? 'test' : 'train'}_00${String(10 + i)}`,
      number: 1 + (i >> 1),
    }));
    await writeFiles(join(root, folder), {
      ...Object.fromEntries(list.map(({ name }, i) => [`Image/aligned/${name}_aligned.jpg`, { seed: i }])),
      'EmoLabel/list_patition_label.txt': list.map(({ name, number }) => `${name}.jpg ${number}`).join('\n'),
    });
    const { classes, notes, counts } = await importDataset(
      { workspace: root, folder: root, layout: 'auto', name: 'r' },
      silentJob,
    );
    expect(classes).toHaveLength(11);
    expect(counts.train.perClass[classes.indexOf('happily surprised')]).toBe(1);
    expect(notes.join()).toContain('compound expressions');
  });

  it('refuses numbers that are of neither part', async () => {
    const root = await temporaryFolder();
    await writeFiles(root, {
      'Image/aligned/train_0001_aligned.jpg': {},
      'EmoLabel/list_patition_label.txt': 'train_0001.jpg 12\ntrain_0002.jpg 1\n',
    });
    await expect(importDataset({ workspace: root, folder: root, layout: 'auto' }, silentJob)).rejects.toThrow(
      /has numbers up to 12/,
    );
  });

  it('says what is missing', async () => {
    const root = await temporaryFolder();
    const open = () => importDataset({ workspace: root, folder: root, layout: 'rafdb' }, silentJob);
    await expect(open()).rejects.toThrow('has no EmoLabel/list_patition_label.txt');
    await writeFiles(root, { 'EmoLabel/list_patition_label.txt': 'train_00001.jpg 5\n' });
    await expect(open()).rejects.toThrow('There is no folder');
  });
});
