import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { commands } from 'vscode';
import { contributed, extension, services } from '../extension';

describe('activation', () => {
  it('succeeds and tells its parts', async () => {
    const parts = await services();
    assert.equal(extension().isActive, true);
    assert.deepEqual(
      ['engine', 'jobs', 'datasets', 'labelling', 'charts'].filter((part) => !(part in parts)),
      [],
    );
  });

  it('registers every command of package.json', async () => {
    await services();
    const registered = new Set(await commands.getCommands(true));
    assert.deepEqual(
      contributed.commands.filter(({ command }) => !registered.has(command)),
      [],
    );
  });

  it('registers no command that package.json lacks', async () => {
    await services();
    const known = new Set(contributed.commands.map(({ command }) => command));
    const own = (await commands.getCommands(true)).filter((command) => command.startsWith('warmstart.'));
    // VS Code itself adds some for each view: warmstart.<view>.focus and so on
    const views = contributed.views.map(({ id }) => `${id}.`);
    const unknown = own.filter((command) => !known.has(command) && !views.some((view) => command.startsWith(view)));
    assert.deepEqual(unknown, []);
  });
});
