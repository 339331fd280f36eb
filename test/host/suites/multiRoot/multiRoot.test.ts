import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import { commands, window, workspace } from 'vscode';
import type { DatasetRef } from '../../../../src/extension/datasets/datasetRef';
import { isBroken } from '../../../../src/extension/datasets/datasetState';
import { rootNodes } from '../../../../src/extension/views/nodes';
import { treeItem } from '../../../../src/extension/views/treeItem';
import { labelsOnDisk, makeDataset, picks } from '../dataset';
import { services } from '../extension';
import { waitFor } from '../waitFor';

describe('two folders with a dataset of the same name', () => {
  let refs: DatasetRef[];
  before(async () => {
    await services();
    const folders = (workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
    assert.equal(folders.length, 2);
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
      ...{ workspace: second.workspace, dataset: 'faces', annotator: 'anna', overwrite: false },
      additions: [{ image, entry: { label: 'sad', at: '2026-01-01T00:00:00.000Z', seconds: 1 } }],
    });
    const saved = await Promise.all(refs.map(async (ref) => Object.keys(await labelsOnDisk(ref, 'anna'))));
    assert.deepEqual(saved, [[], [image]]);
    for (const ref of refs) await commands.executeCommand('warmstart.labelBatch', ref);
    const open = () => window.tabGroups.all.flatMap(({ tabs }) => tabs.map(({ label }) => label));
    await waitFor('both panels', () => open().length === 2);
    assert.deepEqual(open(), ['Label faces: Round 1', 'Label faces: Round 1']);
  });
});
