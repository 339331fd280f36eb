import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importDataset, listSource, rebuildCache } from '../../../src/engine/data/dataset/import';
import { openDataset } from '../../../src/engine/data/dataset/open';
import { silentJob } from '../../../src/engine/job';
import { writeNpy } from '../../../src/engine/store/npy';
import { npyText } from '../../support/npyText';
import { type PictureOptions, writeFiles } from '../../support/pictures';
import { temporaryFolder } from '../../support/temporaryFolder';

const face = (seed: number): PictureOptions => ({ seed, width: 32, height: 32, colour: true });
const importAs = (workspace: string, folder: string, more = {}) =>
  importDataset({ workspace, folder, layout: 'auto', ...more }, silentJob);

/** The classes of a dataset's images by the end of their ids. */
async function labelsIn(workspace: string, name: string): Promise<Record<string, string | null>> {
  const dataset = await openDataset(workspace, name, silentJob, rebuildCache);
  dataset.close();
  const { classes } = dataset.file;
  return Object.fromEntries(dataset.images.map(({ id, label }) => [id, label === null ? null : classes[label]!]));
}

describe('AffectNet with annotations', () => {
  async function makeSet(root: string): Promise<void> {
    await writeFiles(root, {
      'set/train_set/images/1.jpg': face(1),
      'set/train_set/images/2.jpg': face(2),
      'set/train_set/images/3.png': face(3),
      'set/train_set/images/4.jpg': face(4),
      'set/train_set/images/5.jpg': face(5),
      'set/train_set/images/6.jpg': face(6),
      'set/train_set/annotations/1_exp.npy': npyText('7'),
      'set/train_set/annotations/2_exp.npy': npyText('10', '>U2'),
      'set/train_set/annotations/3_exp.npy': npyText('3', '|S1'),
      'set/train_set/annotations/4_exp.npy': npyText('12'),
      'set/train_set/annotations/5_exp.npy': 'rubbish',
      'set/val_set/images/1.jpg': face(21),
      'set/val_set/annotations/1_lnd.npy': npyText('1'),
    });
    await writeNpy(join(root, 'set/val_set/annotations/1_exp.npy'), { shape: [], data: Int32Array.of(6) });
  }

  it('reads the number of each image, whatever type it was saved as, and says what has none', async () => {
    const root = await temporaryFolder();
    await makeSet(root);
    const report = await importAs(root, join(root, 'set'), { name: 'a' });
    expect(report.layout).toBe('affectnet');
    expect(await labelsIn(root, 'a')).toEqual({
      'train_set/images/1.jpg': 'contempt',
      'train_set/images/2.jpg': null,
      'train_set/images/3.png': 'surprise',
      'train_set/images/5.jpg': null,
      'train_set/images/6.jpg': null,
      'val_set/images/1.jpg': 'anger',
    });
    expect(report.counts.test.images).toBe(1);
    expect(report.broken).toEqual([
      { id: 'train_set/images/4.jpg', problem: 'its annotation says 12, not a number from 0 to 7' },
    ]);
    expect(report.notes).toEqual([
      '1 image without one of the eight expressions (8, 9 or 10) came without labels.',
      '2 images without a readable annotations/…_exp.npy came without labels.',
    ]);
  });

  it('takes in what comes later and finds it without reading annotations', async () => {
    const root = await temporaryFolder();
    await makeSet(root);
    await importAs(root, join(root, 'set'), { name: 'a' });
    await writeFiles(root, { 'set/val_set/images/2.jpg': face(22), 'set/val_set/annotations/2_exp.npy': npyText('0') });
    const dataset = await openDataset(root, 'a', silentJob, rebuildCache);
    dataset.close();
    expect(await listSource(dataset, silentJob)).toEqual({ added: ['val_set/images/2.jpg'], missing: [] });
    const { changes } = await importAs(root, join(root, 'set'), { name: 'a' });
    expect(changes?.added).toEqual(['val_set/images/2.jpg']);
    expect((await labelsIn(root, 'a'))['val_set/images/2.jpg']).toBe('neutral');
  });

  it('reads one part alone', async () => {
    const root = await temporaryFolder();
    await makeSet(root);
    const report = await importAs(root, join(root, 'set/train_set'), { name: 'a' });
    expect(report.layout).toBe('affectnet');
    expect((await labelsIn(root, 'a'))['images/1.jpg']).toBe('contempt');
  });
});

describe('class folders with the numbers of a published dataset', () => {
  const numbered = (folder: string, numbers: readonly number[], name: (i: number) => string) =>
    Object.fromEntries(numbers.map((n, i) => [`${folder}/${n}/${name(i)}`, face(i + 1)]));

  it.each([
    ['RAF-DB', [1, 2, 3, 4, 5, 6, 7], 'some', (i: number) => `train_0000${i}_aligned.jpg`, 'surprise'],
    ['FER2013', [0, 1, 2, 3, 4, 5, 6], 'some', (i: number) => `Training_${1000 + i}.jpg`, 'angry'],
    ['AffectNet', [0, 1, 2, 3, 4, 5, 6, 7], 'my-AffectNet', (i: number) => `image${i}.jpg`, 'neutral'],
  ])('%s', async (dataset, numbers, folder, name, first) => {
    const root = await temporaryFolder();
    await writeFiles(root, numbered(folder, numbers, name));
    const report = await importAs(root, join(root, folder));
    expect(report.notes.join()).toContain(`The folders have the numbers of ${dataset}: ${numbers[0]} ${first}`);
    expect(report.classes).toHaveLength(numbers.length);
    expect(report.classes).toContain(first);
    const labels = await labelsIn(root, folder);
    expect(labels[`${numbers[0]}/${name(0)}`]).toBe(first);
    // again: nothing has changed, and what comes belongs to the named class
    expect((await importAs(root, join(root, folder))).alreadyImported).toBe(true);
    await writeFiles(root, { [`${folder}/${numbers[0]}/${name(30)}`]: face(30) });
    await importAs(root, join(root, folder));
    expect((await labelsIn(root, folder))[`${numbers[0]}/${name(30)}`]).toBe(first);
  });

  it.each([
    ['numbers of something else', 'digits', [0, 1, 2, 3, 4, 5, 6, 7, 8]],
    ['numbers without a hint', 'faces', [1, 2, 3, 4, 5, 6, 7]],
    ['FER+, which has other numbers', 'fer2013plus', [0, 1, 2, 3, 4, 5, 6]],
    ['a few numbers of many', 'affectnet', [1, 2]],
  ])('%s stay numbers', async (_, folder, numbers) => {
    const root = await temporaryFolder();
    await writeFiles(
      root,
      numbered(folder, numbers, (i) => `${i}.jpg`),
    );
    expect((await importAs(root, join(root, folder))).classes).toEqual(numbers.map(String));
  });

  it('stay numbers where a person says that the folders are the classes', async () => {
    const root = await temporaryFolder();
    const folder = join(root, 'raf');
    await writeFiles(
      root,
      numbered('raf', [1, 2, 3, 4, 5, 6, 7], (i) => `test_000${i}_aligned.jpg`),
    );
    const report = await importAs(root, folder, { classFolders: true, splits: false });
    expect(report.classes).toEqual(['1', '2', '3', '4', '5', '6', '7']);
    await rename(join(folder, '1'), join(folder, 'x'));
    expect((await importAs(root, folder)).changes?.missing).toEqual(['1/test_0000_aligned.jpg']);
  });
});
