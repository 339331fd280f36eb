import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
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
