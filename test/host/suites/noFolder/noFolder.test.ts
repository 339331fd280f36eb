import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { workspace } from 'vscode';
import { activated } from '../extension';

describe('a window without a folder', () => {
  it('is what this window has', () => {
    assert.equal(workspace.workspaceFolders, undefined);
  });

  it('lets the extension activate', async () => {
    assert.equal((await activated()).isActive, true);
  });
});
