import { appendFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { digests, type IndexEntry, readList, writeList } from '../../../src/engine/data/dataset/list';
import { openHead, openImageList } from '../../../src/engine/data/dataset/open';
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
  const entries = ids.map(
    (id, i): IndexEntry => ({
      id,
      split: i === ids.length - 1 ? 'test' : 'train',
      label: i % 2,
      hash: String(i).repeat(64),
    }),
  );
  const classes = ['no', 'yes'];
  const file: DatasetFile = {
    schema: 1,
    name: 'toy',
    layout: 'folders',
    root: '.',
    classes,
    image,
    createdBy: 'test',
    broken: [],
    split: { train: ids.length - 1, test: 1 },
    normalisation: { mean: [0], std: [1] },
    ...digests(entries, classes),
    duplicates: { groups: 0, copies: 0, leaks: 0, conflicts: 0 },
  };
  await writeList(directory, file, entries);
  await rm(join(directory, '.cache/index.checked')); // as if somebody else had written the list
  await writeFile(join(directory, 'dataset.json'), JSON.stringify(file));
  const open = async () => openImageList(await openHead(workspace, 'toy'));
  return { file, directory, index, open };
}

describe('openImageList', () => {
  it('gives nothing until the list has been checked against its dataset', async () => {
    const { file, directory, open } = await dataset();
    expect(await open()).toBeNull();
    expect(await readList(directory, file)).toHaveLength(ids.length);
    expect(await open()).toMatchObject({ name: 'toy' });
  });

  it('finds every image at its record, whatever its name', async () => {
    const { file, directory, open } = await dataset();
    await readList(directory, file);
    const list = await open();
    expect(ids.map((id) => list?.recordOf(id))).toEqual([...ids.keys()]);
    expect(list?.recordOf('other.png')).toBeUndefined();
    expect(list?.listed.hashes).toEqual([...ids.keys()].map((i) => String(i).repeat(64)));
    expect(list?.listed.test).toEqual([ids.length - 1]);
  });

  it('gives nothing any more after the list was edited', async () => {
    const { file, directory, index, open } = await dataset();
    await readList(directory, file);
    await appendFile(index, '\n');
    expect(await open()).toBeNull();
  });
});
