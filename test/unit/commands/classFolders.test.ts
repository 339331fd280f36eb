import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { writeClassFolders } from '../../../src/engine/commands/classFolders';
import { importDataset, rebuildCache } from '../../../src/engine/data/dataset/import';
import { openDataset } from '../../../src/engine/data/dataset/open';
import { silentJob } from '../../../src/engine/job';
import type { LabelledImage } from '../../../src/engine/rounds/labelledImages';
import { writeFiles } from '../../support/pictures';
import { temporaryFolder } from '../../support/temporaryFolder';

/** Folders of classes made of images with these names, all labelled with the first class. */
async function exported(names: readonly string[], classes: readonly string[]) {
  const workspace = await temporaryFolder();
  const folder = join(workspace, 'faces');
  await writeFiles(folder, Object.fromEntries(names.map((name, seed) => [name, { seed }])));
  await importDataset({ workspace, folder, layout: 'auto', classes }, silentJob);
  const dataset = await openDataset(workspace, 'faces', silentJob, rebuildCache);
  onTestFinished(() => dataset.close());
  const images = names.map((image) => ({ image, label: classes[0] }) as LabelledImage);
  const out = join(workspace, 'out');
  await writeClassFolders(dataset, images, out, { links: false }, silentJob);
  return out;
}

describe('class folders', () => {
  it('of names that Windows keeps for devices get another one', async () => {
    const out = await exported(['a.png', 'b.png'], ['con', 'sad']);
    expect((await readdir(out)).sort()).toEqual(['con_', 'sad']);
    expect((await readdir(join(out, 'con_'))).sort()).toEqual(['a.png', 'b.png']);
  });

  it('hold no two images that would be one file elsewhere', async () => {
    for (const names of [
      ['a.png', 'A.png'],
      ['caf\u00e9.png', 'cafe\u0301.png'],
    ])
      await expect(exported(names, ['happy', 'sad'])).rejects.toThrow(
        `The images ${names.join(' and ')} would be one file on some systems; rename one and import again, or pass --format csv.`,
      );
  });
});
