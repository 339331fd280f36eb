import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeLabel, type LabelReport, label } from '../../../src/engine/commands/label';
import { importDataset } from '../../../src/engine/data/dataset/import';
import { silentJob } from '../../../src/engine/job';
import { csvText } from '../../../src/shared/csv';
import { encoded } from '../../support/encoded';
import { numberedImage } from '../../support/pictures';
import { temporaryFolder } from '../../support/temporaryFolder';

const NFC = 'caf\u00e9/gr\u00fcn.png';
const NFD = NFC.normalize('NFD');

/** A folder of images of these names, and what `label` makes of a csv file. */
async function labeller(names: readonly string[], classes = ['happy', 'sad']) {
  const workspace = await temporaryFolder();
  const folder = join(workspace, 'faces');
  for (const [i, name] of names.entries()) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), await numberedImage(i));
  }
  await importDataset({ workspace, folder, layout: 'auto', classes }, silentJob);
  const from = async (csv: string | Uint8Array): Promise<LabelReport> => {
    const path = join(workspace, 'labels.csv');
    await writeFile(path, csv);
    return label({ workspace, dataset: 'faces', from: { csv: path }, annotator: 'ana', overwrite: false }, silentJob);
  };
  const saved = async () => {
    const text = await readFile(join(workspace, 'warmstart/faces/labels/ana.jsonl'), 'utf8').catch(() => '');
    const lines = text.trim().split('\n').slice(1);
    return Object.fromEntries(lines.map((line) => JSON.parse(line)).map(({ image, label }) => [image, label]));
  };
  return { folder, from, saved };
}

describe('label --from', () => {
  it.each([
    [',', 'UTF-8 with a mark'],
    [';', 'UTF-16 BE'],
    ['\t', 'UTF-16 LE'],
    ['|', 'UTF-8'],
  ] as const)('reads what is separated by %j, in %s', async (separator, encoding) => {
    const { from, saved } = await labeller(['a.png', 'b.png']);
    const rows = [
      ['IMAGE', ' Label '],
      ['a.png', 'happy'],
      ['b.png', ' SAD'],
    ];
    const text = rows.map((row) => row.join(separator)).join('\r\n');
    expect(await from(encoded(text, encoding))).toMatchObject({ added: 2 });
    expect(await saved()).toEqual({ 'a.png': 'happy', 'b.png': 'sad' });
  });

  it('takes rows without a label for not answered yet', async () => {
    const { from, saved } = await labeller(['a.png', 'b.png', 'c.png', 'd.png']);
    const report = await from('image,label,flag\na.png,happy\nb.png\nc.png,,later\n\n,,\nd.png, \n');
    expect(report).toMatchObject({ added: 1, blank: 3 });
    expect(describeLabel(report)).toContain('3 rows without a label left alone: not answered yet.');
    expect(await saved()).toEqual({ 'a.png': 'happy' });
    expect(await from('image,label\nb.png,\n')).toMatchObject({ added: 0, blank: 1 });
  });

  it.each([
    ['written in the other form', [NFD], NFC],
    ['written in the other form, on a Mac', [NFC], NFD],
    ['in other case', ['Faces/A.PNG'], 'faces/a.png'],
    ['with the backslashes of Windows', ['in/a.png'], '.\\in\\a.png'],
    ['with the way to the folder', ['in/a.png'], '/home/ana/Bilder/faces/in/a.png'],
    ['with the way to it on Windows', ['in/a.png'], 'C:\\Users\\Ana\\Faces\\in\\a.png'],
    ['with its name alone', ['in/a.png'], 'faces/in/a.png'],
  ])('finds an image %s', async (_, [name], written) => {
    const { from, saved } = await labeller([name!, 'other.png']);
    expect(
      await from(
        csvText([
          ['image', 'label'],
          [written!, 'sad'],
        ]),
      ),
    ).toMatchObject({ added: 1 });
    expect(await saved()).toEqual({ [name!]: 'sad' });
  });

  it('prefers what is written, and asks where several are alike', async () => {
    const { from, saved } = await labeller(['a.png', 'A.png', 'A.PNG', NFC, NFD, 'back\\slash.png', 'faces/a.png']);
    const rows = ['a.png,happy', 'A.png,sad', `${NFC},happy`, `${NFD},sad`, 'back\\slash.png,sad', 'faces/a.png,sad'];
    await from(['image,label', ...rows].join('\n'));
    expect(await saved()).toEqual(Object.fromEntries(rows.map((row) => row.split(','))));
    await expect(from('image,label\na.Png,sad\n')).rejects.toThrow(
      'line 2: several images of dataset faces may be meant by "a.Png"; write the one as it is on the disk.',
    );
  });

  it('says what it took off, and takes no images of another folder for these', async () => {
    const { from, saved } = await labeller(['a.png', 'b.png']);
    const report = await from('image,label\n/old/faces/a.png,happy\n');
    expect(describeLabel(report)).toContain(
      "Paths that begin with /old/faces/ were taken for those of the dataset's folder.",
    );
    await expect(from('image,label\n/old/faces/a.png,happy\n/new/faces/b.png,sad\n')).rejects.toThrow(
      'line 3: "/new/faces/b.png" lies in another folder than rows above, which begin with /old/faces',
    );
    await expect(from('image,label\ntest/b.png,sad\n')).rejects.toThrow('"test/b.png" is not in dataset faces');
    expect(await saved()).toEqual({ 'a.png': 'happy' });
  });

  it.each([
    [
      'image label\na.png happy\n',
      /line 1: expected a header with the columns image and label; it has the one column "image label"\.$/,
    ],
    [
      'image,label,Label\na.png,happy,sad\n',
      /line 1: the columns label and Label may both be meant by label; keep one of them\.$/,
    ],
    [
      'image,label\na.png,happy\na,b.png,sad\n',
      /line 3: it has 3 cells where the header has 2; put what holds commas between quotes\.$/,
    ],
    ['image;label\na.png;happy\nb.png,sad\n', /line 3: image "b\.png,sad" is not in dataset faces/],
    ['image,label\n,happy\n', /line 2: the image is missing/],
    ['image,label\na.png,0\n', /line 2: "0" is no class of dataset faces; use one of happy, sad\.$/],
    ['image,label\na.png,happy\nA.PNG,sad\n', /line 3: image "a\.png" is sad here but happy in line 2/],
    ['', /line 1: expected a header with the columns image and label; it is empty\.$/],
  ])('refuses %j and saves nothing', async (csv, problem) => {
    const { from, saved } = await labeller(['a.png', 'b.png']);
    await expect(from(csv)).rejects.toThrow(problem);
    expect(await saved()).toEqual({});
  });
});
