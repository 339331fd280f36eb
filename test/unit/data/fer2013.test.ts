import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importDataset, rebuildCache } from '../../../src/engine/data/dataset/import';
import { openDataset } from '../../../src/engine/data/dataset/open';
import { openFer2013 } from '../../../src/engine/data/importers/fer2013';
import { detectLayout } from '../../../src/engine/data/importers/openSource';
import { isBroken, type SourceItem } from '../../../src/engine/data/importers/source';
import { silentJob } from '../../../src/engine/job';
import { encoded, encodings } from '../../support/encoded';
import { greyValues, writeImages } from '../../support/pictures';
import { temporaryFolder } from '../../support/temporaryFolder';

const options = { exclude: '', frontalOnly: false, seed: 0 };
const pixels = (seed: number) => greyValues(seed, 48, 48).join(' ');

async function itemsOf(path: string): Promise<SourceItem[]> {
  const items: SourceItem[] = [];
  for await (const item of (await openFer2013(path, options, silentJob)).items()) items.push(item);
  return items;
}

describe('fer2013', () => {
  it('maps emotions, usages and rows', async () => {
    const root = await temporaryFolder();
    const usages = ['Training', 'Training', 'Training', 'Training', 'Training', 'PublicTest', 'PrivateTest'];
    const rows = usages.map((usage, emotion) => `${emotion},${pixels(emotion)},${usage}`);
    await writeFile(join(root, 'fer2013.csv'), `emotion,pixels,Usage\n${rows.join('\n')}\n`);
    expect(await detectLayout(root, '', silentJob)).toBe('fer2013');
    const report = await importDataset({ workspace: root, folder: root, layout: 'auto', name: 'fer' }, silentJob);
    expect(report.classes).toEqual(['angry', 'disgust', 'fear', 'happy', 'neutral', 'sad', 'surprise']);
    expect(report.image).toEqual({ channels: 1, height: 48, width: 48 });
    expect(report.counts.train.perClass).toEqual([1, 1, 1, 1, 0, 1, 0]);
    expect(report.counts.test.perClass).toEqual([0, 0, 0, 0, 1, 0, 1]);
    const dataset = await openDataset(root, 'fer', silentJob, rebuildCache);
    const names = ['angry', 'disgust', 'fear', 'happy', 'sad', 'surprise', 'neutral'];
    for (const [emotion, usage] of usages.entries()) {
      const index = dataset.indexOf(`${usage}/00000${emotion + 1}`)!;
      expect(dataset.file.classes[dataset.images[index].label!]).toBe(names[emotion]);
      const read = new Uint8Array(48 * 48);
      dataset.pixels.read(index, read, 0);
      expect(read).toEqual(greyValues(emotion, 48, 48));
      expect(dataset.sourceFile(index)).toBeNull();
    }
    dataset.close();
  });

  it('takes the csv itself, columns in another order with spaces, quotes, CRLF, a BOM and empty lines', async () => {
    const csv = join(await temporaryFolder(), 'icml_face_data.csv');
    const text = `\uFEFFemotion, Usage, pixels\r\n3,Training, ${pixels(1)}\r\n\r\n"4",PublicTest,"${pixels(2)}"\r\n`;
    await writeFile(csv, text);
    expect(await detectLayout(csv, '', silentJob)).toBe('fer2013');
    const items = await itemsOf(csv);
    expect(items).toEqual([
      { id: 'Training/000001', split: 'train', label: 3, content: greyValues(1, 48, 48) },
      { id: 'PublicTest/000002', split: 'test', label: 5, content: greyValues(2, 48, 48) },
    ]);
    expect((await openFer2013(csv, options, silentJob)).total).toBe(2);
  });

  it('lists bad rows with their line number and goes on', async () => {
    const csv = join(await temporaryFolder(), 'fer.csv');
    const rows = [
      `0,${pixels(1)},Training`,
      `7,${pixels(2)},Training`,
      `1,1 2 3,Training`,
      `1,${pixels(2)} 300,Training`,
      `1,${pixels(2).replace(' ', ' x')},Training`,
      `1,${pixels(2)},Tuesday`,
      `1,"${pixels(2)},Training`,
      `2`,
      `6,${pixels(3)},PrivateTest`,
    ];
    await writeFile(csv, `emotion,pixels,Usage\n${rows.join('\n')}`);
    const items = await itemsOf(csv);
    const bad = items.filter(isBroken);
    expect(bad.map(({ id }) => id)).toEqual([3, 4, 5, 6, 7, 9].map((line) => `fer.csv:${line}`));
    expect(bad.map(({ problem }) => problem)).toEqual([
      'line 3 has the emotion "7", not a number from 0 to 6',
      'line 4 has 3 pixel values, not 2304',
      'line 5 has a pixel value above 255',
      'line 6 has the character "x" among its pixel values',
      'line 7 has the Usage "Tuesday", not Training, PublicTest or PrivateTest',
      'line 9 has the Usage "", not Training, PublicTest or PrivateTest',
    ]);
    const good = items.flatMap((item) => (isBroken(item) ? [] : [item.id]));
    expect(good).toEqual(['Training/000001', 'Training/000007', 'PrivateTest/000009']);
  });

  it('says which column is missing', async () => {
    const root = await temporaryFolder();
    await writeFile(join(root, 'train.csv'), `emotion;Usage\n0;Training\n`);
    const lacks =
      /Line 1 of \S*train\.csv lacks the column pixels; .* it has emotion, Usage, separated by semicolons\.$/;
    await expect(openFer2013(join(root, 'train.csv'), options, silentJob)).rejects.toThrow(lacks);
    await expect(openFer2013(root, options, silentJob)).rejects.toThrow(lacks);
    await expect(detectLayout(root, '', silentJob)).rejects.toThrow(lacks);
    await writeFile(join(root, 'train.csv'), `0,${pixels(1)},Training\n`);
    await expect(detectLayout(root, '', silentJob)).rejects.toThrow(
      'is a row, not the names of the columns; write emotion,pixels,Usage above it',
    );
    await expect(detectLayout(join(root, 'train.csv'), '', silentJob)).rejects.toThrow('is a row');
    await expect(openFer2013(join(root, 'none.csv'), options, silentJob)).rejects.toMatchObject({ code: 'input' });
  });

  it('fails with a line number when no row is usable, and when there are none', async () => {
    const workspace = await temporaryFolder();
    const csv = join(workspace, 'fer.csv');
    const read = () => importDataset({ workspace, folder: csv, layout: 'fer2013' }, silentJob);
    await writeFile(csv, 'emotion,pixels,Usage\n0,1 2,Training\n');
    await expect(read()).rejects.toThrow('line 2 has 2 pixel values');
    await writeFile(csv, 'emotion,pixels,Usage\n');
    await expect(read()).rejects.toThrow('no row after line 1');
  });

  it('refuses a line without end instead of holding it all in memory', async () => {
    const csv = join(await temporaryFolder(), 'fer.csv');
    await writeFile(csv, `emotion,pixels,Usage\n0,${pixels(1)},Training\n1,${'7 '.repeat(2 ** 20)}`);
    await expect(itemsOf(csv)).rejects.toMatchObject({
      code: 'input',
      message: expect.stringContaining('after line 2'),
    });
  });

  const text = (separator: string, header = ['Emotion', 'PIXELS', 'usage']) =>
    [header, ['3', pixels(1), 'training'], ['6.0', `"${pixels(2)}"`, 'Private Test']]
      .map((cells) => cells.slice(0, header.length).join(separator))
      .join('\r\n');
  const two = [
    { id: 'Training/000001', split: 'train', label: 3, content: greyValues(1, 48, 48) },
    { id: 'PrivateTest/000002', split: 'test', label: 4, content: greyValues(2, 48, 48) },
  ];

  for (const separator of [',', ';', '\t', '|'])
    it.each(encodings)(`takes %s separated by ${JSON.stringify(separator)}, whatever the case`, async (as) => {
      const root = await temporaryFolder();
      await writeFile(join(root, 'faces.csv'), encoded(text(separator), as));
      expect(await detectLayout(root, '', silentJob)).toBe('fer2013');
      expect(await itemsOf(root)).toEqual(two);
    });

  it('takes pixels with commas between quotes, in brackets, and names of emotions', async () => {
    const csv = join(await temporaryFolder(), 'fer.csv');
    const commas = pixels(1).replaceAll(' ', ', ');
    const rows = [`Happy,"${commas}",Training`, `neutral,"[${commas}]",PublicTest`, `0,${commas},Training`];
    await writeFile(csv, `emotion,pixels,Usage\n${rows.join('\n')}\n`);
    const items = await itemsOf(csv);
    expect(items.slice(0, 2)).toMatchObject([
      { label: 3, content: greyValues(1, 48, 48) },
      { label: 4, content: greyValues(1, 48, 48) },
    ]);
    expect(items[2]).toMatchObject({ problem: 'line 4 has 2306 cells, and the header has 3' });
  });

  it('takes the emotion from a column of another name, and other words for it', async () => {
    const csv = join(await temporaryFolder(), 'fer.csv');
    await writeFile(csv, `label,pixels\nhappiness,${pixels(1)}\nAnger,${pixels(2)}\n6,${pixels(3)}\n`);
    expect((await openFer2013(csv, options, silentJob)).notes).toEqual([
      'fer.csv has no column Usage, so that all its images are training images.',
    ]);
    expect(await itemsOf(csv)).toMatchObject([{ label: 3 }, { label: 0 }, { label: 4 }]);
  });

  it('without Usage is training data, without emotion it has no labels, and both are said', async () => {
    const root = await temporaryFolder();
    await writeFile(join(root, 'train.csv'), `emotion,pixels,id\n4,${pixels(1)},7\n`);
    const train = await openFer2013(root, options, silentJob);
    expect(train.notes).toEqual([
      'train.csv has no column Usage, so that all its images are training images (id passed over).',
    ]);
    expect(await itemsOf(root)).toMatchObject([{ id: 'Training/000001', split: 'train', label: 5 }]);
    await writeFile(join(root, 'train.csv'), `pixels\n${pixels(1)}\n`);
    expect((await openFer2013(root, options, silentJob)).notes[0]).toBe(
      'train.csv has no column emotion: its images have no labels yet.',
    );
    expect(await itemsOf(root)).toMatchObject([{ id: 'Training/000001', split: 'train', label: null }]);
  });

  it('says what else lies in the folder and was not read', async () => {
    const root = await temporaryFolder();
    await writeImages(join(root, 'pictures'), { classes: ['a', 'b'], train: 2, test: 1 });
    for (const name of ['fer2013.csv', 'train.csv']) await writeFile(join(root, name), text(','));
    expect((await openFer2013(root, options, silentJob)).notes).toEqual([
      'train.csv beside fer2013.csv was not read.',
      '6 image files beside fer2013.csv were not read; to import the folder with images instead, pass --layout folders.',
    ]);
    expect((await openFer2013(join(root, 'fer2013.csv'), options, silentJob)).notes).toEqual([]);
  });

  it('asks which of several csv files is meant', async () => {
    const root = await temporaryFolder();
    for (const name of ['a.csv', 'b.csv'])
      await writeFile(join(root, name), `emotion,pixels,Usage\n0,${pixels(1)},Training\n`);
    await expect(detectLayout(root, '', silentJob)).rejects.toThrow('a.csv, b.csv');
  });
});
