import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, before, describe, it } from 'mocha';
import { commands, window } from 'vscode';
import type { DatasetRef } from '../../../../src/shared/workspace/paths';
import { waitFor } from '../../../support/waitFor';
import { makeDataset, picks } from '../dataset';
import { services } from '../extension';

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

  it('the next round takes the panel of a finished one, in the same column', async () => {
    const { engine } = await services();
    const own = await makeDataset('one panel', { images: 9, asked: 3 });
    const address = { workspace: own.workspace, dataset: own.name };
    const label = async (round: number) =>
      engine.request('labels/add', {
        ...address,
        annotator: 'anna',
        overwrite: false,
        additions: (await picks(own, round)).map((image) => ({
          image,
          entry: { label: 'sad', at: '2026-01-01T00:00:00.000Z', seconds: 1 },
        })),
      });
    const next = () => engine.run('query', { ...address, strategy: 'random', budget: 3, seed: 0 }, {});
    const labels = () => openTabs().map((tab) => tab.label);
    await commands.executeCommand('warmstart.labelBatch', own);
    await waitFor('round 1', () => labels().includes('Label one panel: Round 1'));
    const column = window.tabGroups.activeTabGroup.viewColumn;
    await label(1);
    await next();
    await commands.executeCommand('warmstart.labelBatch', own);
    await waitFor('round 2', () => labels().includes('Label one panel: Round 2'));
    assert.deepEqual(labels(), ['Label one panel: Round 2']);
    // one that waits for answers is left alone
    await commands.executeCommand('warmstart.labelBatch', { ref: own, round: 1 });
    await waitFor('round 1 beside', () => labels().includes('Label one panel: Round 1'));
    assert.deepEqual(labels().sort(), ['Label one panel: Round 1', 'Label one panel: Round 2']);
    assert.deepEqual(
      window.tabGroups.all.filter(({ tabs }) => tabs.length > 0).map(({ viewColumn }) => viewColumn),
      [column],
    );
  });

  it('Run Active Round ends with a chart when every image is answered', async () => {
    const { engine, context } = await services();
    const own = await makeDataset('all asked', { images: 9, asked: 9 });
    await engine.request('labels/add', {
      workspace: own.workspace,
      dataset: own.name,
      annotator: 'anna',
      overwrite: false,
      additions: (await picks(own)).map((image, i) => ({
        image,
        entry: { label: ['angry', 'happy', 'sad'][i % 3], at: '2026-01-01T00:00:00.000Z', seconds: 1 },
      })),
    });
    await context.workspaceState.update(`without encoder ${own.directory}`, true); // saves the question
    await commands.executeCommand('warmstart.runRound', own);
    await waitFor('the chart', () => openTabs().some((tab) => tab.label === 'all asked: Accuracy vs Budget'));
    assert.deepEqual(await readdir(join(own.directory, 'results')), ['0001.json']);
    assert.deepEqual(await readdir(join(own.directory, 'rounds')), ['0001.json']);
  });

  it('a chart opens for a dataset', async () => {
    const { charts } = await services();
    await charts.open(ref);
    await waitFor('the tab', () => openTabs().some(({ label }) => label.includes('panels')));
  });
});
