import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { commands, workspace } from 'vscode';
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
    void commands.executeCommand('warmstart.openSample'); // says that a folder is missing, and waits
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    assert.deepEqual(jobs.tasks, []);
  });
});
