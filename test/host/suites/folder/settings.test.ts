import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { type CompletionList, commands, languages, Range, type TextDocument, Uri, window, workspace } from 'vscode';
import { workspaceFolder } from '../dataset';
import { waitFor } from '../waitFor';

describe('warmstart.strategy in settings.json', () => {
  const folder = join(workspaceFolder(), '.vscode');
  let document: TextDocument;
  before(async () => {
    await mkdir(folder, { recursive: true });
    const file = join(folder, 'settings.json');
    await writeFile(file, '{}');
    document = await workspace.openTextDocument(Uri.file(file));
  });
  after(async () => {
    await commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await rm(folder, { recursive: true });
  });

  /** Writes settings into the editor: a strategy on line 1, and a seed that is wrong on line 2. */
  async function type(strategy: string): Promise<void> {
    const text = JSON.stringify({ 'warmstart.strategy': strategy, 'warmstart.seed': 'none' }, null, 2);
    const editor = await window.showTextDocument(document);
    await editor.edit((edit) => edit.replace(document.validateRange(new Range(0, 0, 99, 0)), text));
  }

  /** What stands under the two lines when it is as many as that. */
  const squiggles = (count: number) =>
    waitFor(`${count} squiggles`, () => {
      const found = languages.getDiagnostics(document.uri);
      return found.length === count ? found : undefined;
    });

  it('is underlined when it is misspelled, and not when it is a hybrid', async () => {
    await type('maxherding');
    const [first, second] = await squiggles(2);
    assert.deepEqual([first?.range.start.line, second?.range.start.line], [1, 2]);
    assert.match(first?.message ?? '', /maxHerding/);
    await type('maxHerding-until-35-then-margin');
    const [left] = await squiggles(1);
    assert.equal(left?.range.start.line, 2);
  });

  it('is completed with the names and what they mean', async () => {
    await type('');
    const inQuotes = document.positionAt(document.getText().indexOf(': ""') + 3);
    const offered = await waitFor('completions', async () => {
      const { items } = await commands.executeCommand<CompletionList>(
        'vscode.executeCompletionItemProvider',
        document.uri,
        inQuotes,
      );
      const texts = items.map(({ label, documentation }) => [
        typeof label === 'string' ? label : label.label,
        typeof documentation === 'object' ? documentation.value : documentation,
      ]);
      return texts.some(([label]) => label === '"badge"') ? new Map(texts as [string, string][]) : undefined;
    });
    assert.match(offered.get('"badge"') ?? '', /BADGE/);
    assert.match(offered.get('"maxHerding-until-35-then-margin"') ?? '', /hybrid/);
  });
});
