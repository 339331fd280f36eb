import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { classesNeeded } from '../../../src/extension/datasets/classesNeeded';
import { hasKnownLabels } from '../../../src/extension/datasets/knownLabels';
import { datasetFile } from '../../support/datasetFiles';
import { temporaryFolder } from '../../support/temporaryFolder';

async function folderWith(...files: string[]): Promise<string> {
  const folder = await temporaryFolder();
  for (const file of files) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), '');
  }
  return folder;
}

describe('classesNeeded', () => {
  it.each([
    ['images alone', ['1.png', '2.png'], true],
    ['images in train and test', ['train/1.png', 'test/2.png'], true],
    ['one folder', ['all/1.png'], true],
    ['class folders', ['happy/1.png', 'sad/2.png'], false],
    ['class folders in train and test', ['train/happy/1.png', 'train/sad/1.png', 'test/sad/2.png'], false],
    ['an unpacked archive', ['fer/train/happy/1.png', 'fer/train/sad/1.png', 'fer/test/sad/1.png'], false],
    ['a csv file', ['fer2013.csv'], false],
    ['KDEF names', ['AF01ANS.JPG', 'AF01HAS.JPG'], false],
    ['RAF-DB', ['basic/EmoLabel/list_patition_label.txt', 'basic/Image/aligned/1.jpg'], false],
    ['nothing', [], true],
  ])('%s', async (_, files, needed) => {
    expect(await classesNeeded(await folderWith(...files))).toBe(needed);
  });
});

describe('hasKnownLabels', () => {
  const stateIn = (workspace: string, layout: 'folders' | 'fer2013' = 'folders') => ({
    ref: { workspace, name: 'x', directory: join(workspace, 'warmstart', 'x') },
    file: datasetFile({ root: '../..', layout }),
  });

  it('sees class folders, also below train and test', async () => {
    expect(await hasKnownLabels(stateIn(await folderWith('happy/1.png')))).toBe(true);
    expect(await hasKnownLabels(stateIn(await folderWith('train/sad/1.png')))).toBe(true);
    expect(await hasKnownLabels(stateIn(await folderWith('1.png')))).toBe(false);
    expect(await hasKnownLabels(stateIn(await folderWith('1.png'), 'fer2013'))).toBe(true);
  });
});
