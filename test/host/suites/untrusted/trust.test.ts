import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { before, describe, it } from 'mocha';
import { commands, window, workspace } from 'vscode';
import { isBroken } from '../../../../src/extension/datasets/datasetState';
import type { ForkedEngine } from '../../../../src/extension/engine/forkedEngine';
import type { DatasetRef } from '../../../../src/shared/workspace/paths';
import { stateAfter, waitFor } from '../../../support/waitFor';
import { makeDataset } from '../dataset';
import { extension, services } from '../extension';

describe('a folder that is not trusted', () => {
  let ref: DatasetRef;
  before(async () => {
    ref = await makeDataset('careful');
  });

  it('is what this window has, and the extension is active all the same', async () => {
    assert.equal(workspace.isTrusted, false);
    await services();
    assert.equal(extension().isActive, true);
  });

  it('shows its datasets', async () => {
    const { datasets } = await services();
    const listing = await waitFor('the dataset', async () =>
      (await datasets.all()).find((one) => one.ref.name === ref.name),
    );
    assert.equal(isBroken(listing), false);
  });

  it('shows a batch to label without starting the engine', async () => {
    const { engine, labelling } = await services();
    await labelling.open(ref, 1); // as a panel that a reload brings back
    await waitFor('the panel', () => window.tabGroups.all.some(({ tabs }) => tabs.length > 0));
    await new Promise((resolve) => setTimeout(resolve, 3_000)); // it would be started half a second after the page
    assert.equal((engine as ForkedEngine).status.kind, 'stopped');
  });

  it('computes nothing', async () => {
    const { jobs } = await services();
    const command = commands.executeCommand('warmstart.runRound', ref);
    // it says why not and offers to trust the folder, and waits for the answer; one that is not there would fail
    assert.equal(await stateAfter(2, command), 'waiting');
    assert.deepEqual(jobs.tasks, []);
    assert.deepEqual(await readdir(`${ref.directory}/rounds`), ['0001.json']);
  });

  it('tries no model, and keeps the encoder that it has', async () => {
    const { engine, jobs } = await services();
    const chosen = () => readFile(`${ref.directory}/features.json`, 'utf8');
    const before = await chosen();
    assert.equal(await stateAfter(2, commands.executeCommand('warmstart.useEncoder', ref, { use: 'hog' })), 'waiting');
    assert.deepEqual(jobs.tasks, []);
    assert.equal((engine as ForkedEngine).status.kind, 'stopped');
    assert.equal(await chosen(), before);
  });
});
