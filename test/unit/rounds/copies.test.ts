import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cocoOf } from '../../../src/engine/commands/coco';
import { folderNote } from '../../../src/engine/commands/folderNote';
import { copyGroups } from '../../../src/engine/data/dataset/copies';
import { rebuildCache } from '../../../src/engine/data/dataset/import';
import { openDataset } from '../../../src/engine/data/dataset/open';
import { silentJob } from '../../../src/engine/job';
import { labelledCopies, surplusCopies } from '../../../src/engine/rounds/copies';
import { withoutNearCopies } from '../../../src/engine/rounds/nearCopies';
import { importFaces, workspaceWith } from '../../support/facesWorkspace';
import { picture } from '../../support/pictures';

const opened = async (workspace: string) => openDataset(workspace, 'faces', silentJob, rebuildCache);

const files = {
  'a/1.png': { seed: 1 },
  'a/1 copy.png': { seed: 1 },
  'b/1 again.png': { seed: 1 },
  'a/2.png': { seed: 2 },
  'b/2 copy.png': { seed: 2 },
  'b/3.png': { seed: 3 },
};

describe('copies', () => {
  it('are found by pixels, once, and again where what was kept is damaged', async () => {
    const workspace = await workspaceWith(files);
    await importFaces(workspace);
    const dataset = await opened(workspace);
    const named = async () =>
      (await copyGroups(dataset, silentJob)).map((group) => group.map((i) => dataset.images[i].id).sort()).sort();
    const expected = [
      ['a/1 copy.png', 'a/1.png', 'b/1 again.png'],
      ['a/2.png', 'b/2 copy.png'],
    ];
    expect(await named()).toEqual(expected);
    expect(await named()).toEqual(expected);
    await writeFile(join(dataset.cache, 'copies.json'), '{');
    expect(await named()).toEqual(expected);
    dataset.close();
  });

  it('are not asked for beside what was asked or answered, and one stands for those that were not', async () => {
    const workspace = await workspaceWith(files);
    await importFaces(workspace);
    const dataset = await opened(workspace);
    const index = (id: string) => dataset.indexOf(id)!;
    const surplus = await surplusCopies(dataset, new Set([index('a/1.png')]), silentJob);
    const ids = [...surplus].map((i) => dataset.images[i].id).sort();
    expect(ids.slice(0, 1)).toEqual(['a/1 copy.png']);
    expect(ids.filter((id) => id.includes('1'))).toEqual(['a/1 copy.png', 'b/1 again.png']);
    expect(ids.filter((id) => id.includes('2'))).toHaveLength(1);
    dataset.close();
  });

  it('take an answer where all answers to their pixels agree, and never over one of their own', async () => {
    const workspace = await workspaceWith(files);
    await importFaces(workspace);
    const dataset = await opened(workspace);
    const index = (id: string) => dataset.indexOf(id)!;
    const labels = new Map([
      [index('a/1.png'), 0],
      [index('a/2.png'), 0],
      [index('b/2 copy.png'), 1],
    ]);
    const answered = new Set([...labels.keys(), index('b/1 again.png')]);
    const copies = await labelledCopies(dataset, { labels, answered }, silentJob);
    expect([...copies].map((pair) => pair.map((i) => dataset.images[i].id))).toEqual([['a/1 copy.png', 'a/1.png']]);
    dataset.close();
  });

  it('that are only nearly equal are left out of a batch as long as there are others', async () => {
    const pick = (index: number) => ({ index, score: 0, reason: '' });
    const areNear = (a: number, b: number) => Math.floor(a / 10) === Math.floor(b / 10);
    const asked: number[] = [];
    const more = (found: readonly number[]) => async (count: number) => {
      asked.push(count);
      return found.map(pick);
    };
    const batch = async (picks: number[], found: number[]) =>
      (await withoutNearCopies(picks.map(pick), areNear, more(found))).map(({ index }) => index);
    expect(await batch([10, 20, 30], [])).toEqual([10, 20, 30]);
    expect(asked).toEqual([]);
    expect(await batch([10, 11, 20, 21], [22, 30, 40, 50])).toEqual([10, 20, 30, 40]);
    expect(await batch([10, 11, 20, 21], [12, 30])).toEqual([10, 20, 30, 11]);
    expect(asked).toEqual([4, 4]);
  });
});

describe('a folder that lives', () => {
  it('is compared with what was imported of it: added, replaced, gone', async () => {
    const workspace = await workspaceWith(files);
    await importFaces(workspace);
    const faces = join(workspace, 'faces');
    const dataset = await opened(workspace);
    const all = dataset.images.keys();
    expect(await folderNote(dataset, all, silentJob)).toBeUndefined();
    await writeFile(join(faces, 'a/1.png'), await picture('a.png', { seed: 8 }));
    await writeFile(join(faces, 'b/4.png'), await picture('a.png', { seed: 4 }));
    await rm(join(faces, 'b/3.png'));
    const note = await folderNote(dataset, dataset.images.keys(), silentJob);
    expect(note).toBe(
      'The folder has changed since it was imported: 1 image with another content than was imported (a/1.png); 1 image added (b/4.png); 1 image no longer there (b/3.png); import it again to take that in, labels and rounds stay.',
    );
    await rm(join(dataset.cache, 'files.json'));
    expect(await folderNote(dataset, dataset.images.keys(), silentJob)).toBe(note);
    dataset.close();
  });

  it('has files whose own sizes COCO is told', async () => {
    const workspace = await workspaceWith({
      'a/1.png': { width: 320, height: 240 },
      'b/2.png': { width: 90, height: 200, seed: 2 },
    });
    await importFaces(workspace);
    const dataset = await opened(workspace);
    const coco = (await cocoOf(dataset, [{ image: 'b/2.png', label: 'b' }], silentJob)) as {
      images: object[];
      annotations: object[];
    };
    expect(coco.images).toEqual([{ id: 1, file_name: 'b/2.png', width: 90, height: 200 }]);
    expect(coco.annotations).toMatchObject([{ bbox: [0, 0, 90, 200], area: 18_000 }]);
    await rm(join(workspace, 'faces/b/2.png'));
    await expect(cocoOf(dataset, [{ image: 'b/2.png', label: 'b' }], silentJob)).rejects.toThrow(/the file is missing/);
    dataset.close();
  });
});
