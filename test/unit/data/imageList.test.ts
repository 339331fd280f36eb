import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { digests, type IndexEntry, readIndex, writeIndex } from '../../../src/engine/data/imageIndex';
import { openHead, openImageList } from '../../../src/engine/data/imageList';
import type { DatasetFile } from '../../../src/shared/schema/dataset';
import { temporaryFolder } from '../../support/temporaryFolder';

const ids = [
  'plain.png',
  'a",.png',
  'b\\c.png',
  '"quoted".png',
  'x","train",0,"',
  '<script>.png',
  '\u{1f600}/\u05d0.png',
];
const image = { channels: 1, height: 2, width: 2 } as const;

async function dataset() {
  const workspace = await temporaryFolder();
  const directory = join(workspace, 'warmstart/toy');
  const index = join(directory, '.cache/index.json');
  const entries = ids.map((id, i): IndexEntry => ({ id, split: 'train', label: i % 2, hash: String(i).repeat(64) }));
  const classes = ['no', 'yes'];
  const file: DatasetFile = {
    ...{ schema: 1, name: 'toy', layout: 'folders', root: '.', classes, image, createdBy: 'test', broken: [] },
    ...{ split: { train: ids.length, test: 0 }, normalisation: { mean: [0], std: [1] } },
    ...digests(entries, classes),
    duplicates: { groups: 0, copies: 0, leaks: 0, conflicts: 0 },
  };
  await writeIndex(index, image, entries);
  await writeFile(join(directory, 'dataset.json'), JSON.stringify(file));
  const open = async () => openImageList(await openHead(workspace, 'toy'));
  return { file, index, open };
}

describe('openImageList', () => {
  it('gives nothing until the list has been checked against its dataset', async () => {
    const { file, index, open } = await dataset();
    expect(await open()).toBeNull();
    expect(await readIndex(index, file)).toHaveLength(ids.length);
    expect(await open()).toMatchObject({ name: 'toy' });
  });

  it('finds every image at its record, whatever its name', async () => {
    const { file, index, open } = await dataset();
    await readIndex(index, file);
    const list = await open();
    expect(ids.map((id) => list?.indexOf(id))).toEqual([...ids.keys()]);
    expect(list?.indexOf('other.png')).toBeUndefined();
  });

  it('gives nothing any more after the list was edited', async () => {
    const { file, index, open } = await dataset();
    await readIndex(index, file);
    await appendFile(index, '\n');
    expect(await open()).toBeNull();
  });
});
