import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { commands, workspace } from 'vscode';
import { stateAfter } from '../../../support/waitFor';
import { extension, services } from '../extension';

describe('a window without a folder', () => {
  it('is what this window has, and the extension is active all the same', async () => {
    assert.equal(workspace.workspaceFolders, undefined);
    const { datasets } = await services();
    assert.equal(extension().isActive, true);
    assert.deepEqual(await datasets.all(), []);
  });

  it('starts no work', async () => {
    const { jobs } = await services();
    const command = commands.executeCommand('warmstart.openSample');
    // it says that a folder is missing, and waits for the answer; one that is not there would fail
    assert.equal(await stateAfter(1, command), 'waiting');
    assert.deepEqual(jobs.tasks, []);
  });
});
