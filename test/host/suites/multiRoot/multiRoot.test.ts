import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { before, describe, it } from 'mocha';
import { commands, Uri, window, workspace } from 'vscode';
import { isBroken } from '../../../../src/extension/datasets/datasetState';
import { rootNodes } from '../../../../src/extension/views/nodes';
import { treeItem } from '../../../../src/extension/views/treeItem';
import type { DatasetRef } from '../../../../src/shared/workspace/paths';
import { labelsOnDisk } from '../../../support/labelsOnDisk';
import { waitFor } from '../../../support/waitFor';
import { makeDataset, picks } from '../dataset';
import { services } from '../extension';

/** A window on a server begins without the folders of its workspace file, which it reads once it is connected. */
function twoFolders(): string[] | undefined {
  const folders = workspace.workspaceFolders ?? [];
  return folders.length === 2 ? folders.map(({ uri }) => uri.fsPath) : undefined;
}

/** Changes the window's folders, and waits until VS Code has done it; it refuses a second change before that. */
async function foldersChange(change: () => boolean): Promise<void> {
  const done = new Promise<void>((resolve) => {
    const listener = workspace.onDidChangeWorkspaceFolders(() => {
      listener.dispose();
      resolve();
    });
  });
  assert.ok(change());
  await done;
}

describe('two folders with a dataset of the same name', () => {
  let refs: DatasetRef[];
  before(async () => {
    await services();
    const folders = await waitFor('both folders', twoFolders);
    refs = [];
    for (const folder of folders) refs.push(await makeDataset('faces', { folder, images: 9, asked: 3 }));
  });

  it('are both shown, and told apart by their folder', async () => {
    const { datasets } = await services();
    const listings = await waitFor('both', async () => {
      const all = await datasets.all();
      return all.length === 2 && all.every((one) => !isBroken(one) && one.rounds.length === 1) ? all : undefined;
    });
    const items = rootNodes(listings).map((node) => treeItem(node));
    assert.deepEqual(
      items.map(({ label }) => label),
      ['faces', 'faces'],
    );
    assert.deepEqual(
      items.map(({ description }) => String(description).split(' · ')[0]),
      ['first', 'second'],
    );
    assert.notEqual(items[0]?.id, items[1]?.id);
  });

  it('have their own labels and their own panels', async () => {
    const { engine } = await services();
    const [, second] = refs;
    assert.ok(second);
    const [image = ''] = await picks(second);
    await engine.request('labels/add', {
      workspace: second.workspace,
      dataset: 'faces',
      annotator: 'anna',
      overwrite: false,
      additions: [{ image, entry: { label: 'sad', at: '2026-01-01T00:00:00.000Z', seconds: 1 } }],
    });
    const saved = await Promise.all(refs.map(async (ref) => Object.keys(await labelsOnDisk(ref.directory, 'anna'))));
    assert.deepEqual(saved, [[], [image]]);
    for (const ref of refs) await commands.executeCommand('warmstart.labelBatch', ref);
    const open = () => window.tabGroups.all.flatMap(({ tabs }) => tabs.map(({ label }) => label));
    await waitFor('both panels', () => open().length === 2);
    assert.deepEqual(open(), ['Label faces: Round 1', 'Label faces: Round 1']);
  });

  it('are joined by those of a folder that comes later, and left by those of one that goes', async () => {
    const { datasets } = await services();
    const described = async () => (await datasets.all()).map(({ ref }) => basename(ref.workspace));
    const third = join(dirname(refs[0]?.workspace ?? ''), 'third');
    await mkdir(third);
    await makeDataset('faces', { folder: third, images: 9, asked: 3 });
    await foldersChange(() => workspace.updateWorkspaceFolders(2, 0, { uri: Uri.file(third) }));
    await waitFor('the third', async () => isDeepStrictEqual(await described(), ['first', 'second', 'third']));
    await foldersChange(() => workspace.updateWorkspaceFolders(2, 1));
    await waitFor('two again', async () => isDeepStrictEqual(await described(), ['first', 'second']));
  });
});
