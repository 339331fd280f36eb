import { describe, expect, it } from 'vitest';
import { importDataset, rebuildCache } from '../../../src/engine/data/dataset/import';
import { openDataset } from '../../../src/engine/data/dataset/open';
import { openKdef } from '../../../src/engine/data/importers/kdef';
import { detectLayout } from '../../../src/engine/data/importers/openSource';
import { isBroken, type SourceImage } from '../../../src/engine/data/importers/source';
import { silentJob } from '../../../src/engine/job';
import { parseKdefName } from '../../../src/shared/workspace/layouts';
import { type PictureOptions, writeFiles } from '../../support/pictures';
import { temporaryFolder } from '../../support/temporaryFolder';

const options = { exclude: '', frontalOnly: false, seed: 0 };

/** Ten women and five men, both sessions, two expressions, two angles. */
async function makeKdef(root: string): Promise<void> {
  const people = [...Array(10).keys()].map((i) => `F${String(i + 1).padStart(2, '0')}`);
  people.push(...[...Array(5).keys()].map((i) => `M${String(i + 1).padStart(2, '0')}`));
  const files: Record<string, PictureOptions> = {};
  let seed = 0;
  for (const person of people)
    for (const session of ['A', 'B'])
      for (const rest of ['ANS', 'HAHL'])
        files[`${session}${person}/${session}${person}${rest}.JPG`] = {
          seed: seed++,
          width: 14,
          height: 19,
          colour: true,
        };
  await writeFiles(root, files);
}

const personOf = (id: string) => id.slice(1, 4);

describe('kdef', () => {
  it('reads every name', () => {
    expect(parseKdefName('AF01ANS.JPG')).toEqual({ person: 'F01', expression: 'angry', angle: 'S' });
    expect(parseKdefName('BM35AFFR.jpg')).toEqual({ person: 'M35', expression: 'afraid', angle: 'FR' });
    const all = ['AF', 'AN', 'DI', 'HA', 'NE', 'SA', 'SU'].map(
      (code) => parseKdefName(`AF01${code}HL.JPG`)?.expression,
    );
    expect(all).toEqual(['afraid', 'angry', 'disgusted', 'happy', 'neutral', 'sad', 'surprised']);
    for (const name of ['AF01XXS.JPG', 'CF01ANS.JPG', 'AX01ANS.JPG', 'AF1ANS.JPG', 'AF01AN.JPG', 'AF01ANS.txt'])
      expect(parseKdefName(name)).toBeNull();
  });

  it('splits by person, both sexes in both parts, the same way every time', async () => {
    const root = await temporaryFolder();
    await makeKdef(root);
    expect(await detectLayout(root, '', silentJob)).toBe('kdef');
    const report = await importDataset({ workspace: root, folder: root, layout: 'auto', name: 'kdef' }, silentJob);
    expect(report.classes).toEqual(['afraid', 'angry', 'disgusted', 'happy', 'neutral', 'sad', 'surprised']);
    expect(report.image).toEqual({ channels: 3, height: 112, width: 112 });
    expect(report.counts.train.images).toBe(48);
    expect(report.counts.test.images).toBe(12);
    const dataset = await openDataset(root, 'kdef', silentJob, rebuildCache);
    const people = (split: string) => [
      ...new Set(dataset.images.filter((image) => image.split === split).map(({ id }) => personOf(id.split('/')[1]))),
    ];
    const test = people('test').sort();
    expect(test.map((person) => person[0])).toEqual(['F', 'F', 'M']);
    expect(people('train').filter((person) => test.includes(person))).toEqual([]);
    dataset.close();
    const again = await importDataset({ workspace: root, folder: root, layout: 'kdef', name: 'kdef' }, silentJob);
    expect(again.alreadyImported).toBe(true);
    const other = importDataset({ workspace: root, folder: root, layout: 'kdef', name: 'kdef', seed: 3 }, silentJob);
    await expect(other).rejects.toThrow('split with seed 0');
  });

  it('takes other people for another seed', async () => {
    const root = await temporaryFolder();
    await makeKdef(root);
    const testPeople = async (seed: number) => {
      const source = await openKdef(root, { ...options, seed }, silentJob);
      const items = source.items() as Iterable<SourceImage>;
      return [
        ...new Set([...items].filter(({ split }) => split === 'test').map(({ id }) => personOf(id.split('/')[1]))),
      ];
    };
    const splits = await Promise.all([0, 1, 2, 3, 4].map(testPeople));
    expect(splits.every((people) => people.length === 3)).toBe(true);
    expect(new Set(splits.map((people) => people.sort().join())).size).toBeGreaterThan(1);
  });

  it('leaves out faces from the side when asked, and lists other names', async () => {
    const root = await temporaryFolder();
    await makeKdef(root);
    await writeFiles(root, { 'AF01/holiday.jpg': {} });
    const source = await openKdef(root, { ...options, frontalOnly: true }, silentJob);
    const items = [...(source.items() as Iterable<SourceImage>)];
    expect(items.filter(isBroken)).toMatchObject([{ id: 'AF01/holiday.jpg' }]);
    const names = items.filter((item) => !isBroken(item)).map(({ id }) => id);
    expect(names).toHaveLength(30);
    expect(names.every((id) => id.endsWith('ANS.JPG'))).toBe(true);
    expect(source.notes.join()).toContain('30 images');
  });

  it('says when there is no KDEF image', async () => {
    const root = await temporaryFolder();
    await writeFiles(root, { 'a.png': {} });
    await expect(openKdef(root, options, silentJob)).rejects.toMatchObject({ code: 'input' });
  });

  it('reads the averaged faces of AKDEF where there is nothing else, and knows that nobody is left to test on', async () => {
    const root = await temporaryFolder();
    const face = { width: 14, height: 19, colour: true };
    await writeFiles(root, {
      'AKDEF/AFANS.JPG': { ...face, seed: 1 },
      'AKDEF/AMHAHL.JPG': { ...face, seed: 2 },
      'mixed/AFANS.JPG': { ...face, seed: 3 },
      'mixed/holiday.jpg': { ...face, seed: 4 },
    });
    const report = await importDataset({ workspace: root, folder: `${root}/AKDEF`, layout: 'auto' }, silentJob);
    expect(report).toMatchObject({
      layout: 'kdef',
      counts: { train: { images: 2, unlabelled: 0 }, test: { images: 0 } },
    });
    expect(report.notes[0]).toMatch(/AKDEF's averaged faces.* none are left to test on/);
    expect(await detectLayout(`${root}/mixed`, '', silentJob)).toBe('folders');
  });
});
