import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { commands } from 'vscode';
import { activated, contributed } from '../extension';

describe('activation', () => {
  it('succeeds', async () => {
    assert.equal((await activated()).isActive, true);
  });

  it('registers every command of package.json', async () => {
    await activated();
    const registered = new Set(await commands.getCommands(true));
    const missing = contributed.commands.filter(({ command }) => !registered.has(command));
    assert.deepEqual(missing, []);
  });

  it('registers no command that package.json lacks', async () => {
    await activated();
    const known = new Set(contributed.commands.map(({ command }) => command));
    const own = (await commands.getCommands(true)).filter((command) => command.startsWith('warmstart.'));
    // VS Code itself adds some for each view: warmstart.<view>.focus and so on
    const views = contributed.views.map(({ id }) => `${id}.`);
    const unknown = own.filter((command) => !known.has(command) && !views.some((view) => command.startsWith(view)));
    assert.deepEqual(unknown, []);
  });
});
