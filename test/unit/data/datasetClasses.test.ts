import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDatasetFile } from '../../../src/engine/data/dataset/folder';
import { rebuildCache } from '../../../src/engine/data/dataset/import';
import { openDataset } from '../../../src/engine/data/dataset/open';
import { silentJob } from '../../../src/engine/job';
import { importFaces, workspaceWith } from '../../support/facesWorkspace';

const small = {
  'train/happy/1.png': { seed: 1 },
  'train/sad/3.png': { seed: 3 },
  'test/happy/5.png': { seed: 5 },
  'test/sad/6.png': { seed: 6 },
};

describe('classes of a new dataset', () => {
  const photos = { 'Tag 1/1.png': { seed: 1 }, 'Tag 2/2.png': { seed: 2 } };

  it('are not taken from folders that do not look like classes, and nothing is written then', async () => {
    const workspace = await workspaceWith(photos);
    await expect(importFaces(workspace)).rejects.toThrow(
      /2 sub-folders with images \(Tag 1, Tag 2\) that may not be classes: .*--class-folders .*--classes .*--no-classes/,
    );
    expect(existsSync(join(workspace, 'warmstart'))).toBe(false);
    expect((await importFaces(workspace, { classFolders: true })).classes).toEqual(['Tag 1', 'Tag 2']);
  });

  it('may be none at first, in the order that people give them, and each once', async () => {
    const workspace = await workspaceWith(photos);
    const none = await importFaces(workspace, { classes: [], name: 'none' });
    expect(none).toMatchObject({ classes: [], counts: { train: { images: 2, unlabelled: 2, perClass: [] } } });
    expect(none.notes.join()).toContain('no classes yet');
    const opened = await openDataset(workspace, 'none', silentJob, rebuildCache);
    expect(opened.images.every(({ label }) => label === null)).toBe(true);
    opened.close();
    const named = await importFaces(workspace, { classes: ['zoo ', 'Ängste', 'zoo'] });
    expect(named.classes).toEqual(['zoo', 'Ängste']);
  });

  it.each([
    [['happy', 'Happy'], /upper and lower case alone/],
    [['a\nb', 'c'], /line ends/],
    [['x'.repeat(101), 'c'], /at most 100/],
    [[' ', 'c'], /has to have a name/],
  ])('can not be called %j', async (classes, message) => {
    const workspace = await workspaceWith(photos);
    await expect(importFaces(workspace, { classes })).rejects.toThrow(message);
    await expect(importFaces(workspace, { classes })).rejects.toMatchObject({ code: 'usage' });
  });

  it('says what it took folders for where nobody has said it', async () => {
    const workspace = await workspaceWith({ 'cat/1.png': { seed: 1 }, 'dog/2.png': { seed: 2 } });
    expect((await importFaces(workspace)).notes.join()).toContain('2 sub-folders were taken for the classes');
  });
});

describe('changed classes', () => {
  it('keep the classes that folders tell, whatever they are called now, and the cache', async () => {
    const workspace = await workspaceWith(small);
    const { directory } = await importFaces(workspace);
    const file = await readDatasetFile(directory);
    const layoutClasses = [
      { told: 'happy', class: 'joy' },
      { told: 'sad', class: null },
    ];
    await writeFile(
      join(directory, 'dataset.json'),
      JSON.stringify({ ...file, classes: ['other', 'joy'], layoutClasses }),
    );
    for (const cached of [true, false]) {
      if (!cached) await rm(join(directory, '.cache'), { recursive: true });
      const dataset = await openDataset(workspace, 'faces', silentJob, rebuildCache);
      for (const { id, label } of dataset.images) expect(label).toBe(id.includes('/happy/') ? 1 : null);
      dataset.close();
    }
    expect((await importFaces(workspace)).alreadyImported).toBe(true);
  });
});
