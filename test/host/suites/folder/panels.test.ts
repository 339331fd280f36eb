import assert from 'node:assert/strict';
import { afterEach, before, describe, it } from 'mocha';
import { commands, window } from 'vscode';
import type { DatasetRef } from '../../../../src/extension/datasets/datasetRef';
import { makeDataset } from '../dataset';
import { services } from '../extension';
import { waitFor } from '../waitFor';

const openTabs = () => window.tabGroups.all.flatMap(({ tabs }) => tabs);

describe('panels', () => {
  let ref: DatasetRef;
  before(async () => {
    await services();
    ref = await makeDataset('panels');
  });
  afterEach(() => commands.executeCommand('workbench.action.closeAllEditors'));

  it('Label Current Batch opens the round that waits, once', async () => {
    await commands.executeCommand('warmstart.labelBatch', ref);
    await waitFor('the tab', () => openTabs().some(({ label }) => label.includes('panels') && label.includes('1')));
    await commands.executeCommand('warmstart.labelBatch', ref);
    assert.equal(openTabs().length, 1);
  });

  it('a chart opens for a dataset', async () => {
    const { charts } = await services();
    await charts.open(ref);
    await waitFor('the tab', () => openTabs().some(({ label }) => label.includes('panels')));
  });
});
