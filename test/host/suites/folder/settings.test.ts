import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { type CompletionList, commands, languages, Range, type TextDocument, Uri, window, workspace } from 'vscode';
import { waitFor } from '../../../support/waitFor';
import { workspaceFolder } from '../dataset';

describe('strategies in settings.json', () => {
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

  /** Writes settings into the editor: that of a strategy on line 1, and a seed that is wrong on line 2. */
  async function type(setting: 'strategy' | 'strategySequence', value: string): Promise<void> {
    const text = JSON.stringify({ [`warmstart.${setting}`]: value, 'warmstart.seed': 'none' }, null, 2);
    const editor = await window.showTextDocument(document);
    await editor.edit((edit) => edit.replace(document.validateRange(new Range(0, 0, 99, 0)), text));
  }

  /** What is wrong with the two lines, as soon as it is this (nothing to say of a line: null). */
  const complaints = (strategy: RegExp | null) =>
    waitFor(`${strategy} and a wrong seed`, () => {
      const found = languages.getDiagnostics(document.uri);
      const [first, second] = [1, 2].map((line) => found.find(({ range }) => range.start.line === line));
      return second && (strategy ? strategy.test(first?.message ?? '') : !first);
    });

  it('are underlined when they are misspelled, hybrids too', async () => {
    await type('strategy', 'maxherding');
    await complaints(/maxHerding/);
    await type('strategySequence', 'maxHerding-until-35');
    await complaints(/each but the last with the number of labels/);
    await type('strategySequence', 'maxHerding-until-35-then-margin');
    await complaints(null);
  });

  it('are completed with the names and what they mean', async () => {
    const names = await completions('strategy', '"badge"');
    assert.match(names.get('"badge"') ?? '', /BADGE/);
    const example = '"maxHerding-until-35-then-margin"';
    const hybrids = await completions('strategySequence', example);
    assert.match(hybrids.get(example) ?? '', /then the second/);
  });

  /** What is offered as the value of a setting, with its description, as soon as an expected value is among it. */
  async function completions(setting: 'strategy' | 'strategySequence', expected: string): Promise<Map<string, string>> {
    await type(setting, '');
    const inQuotes = document.positionAt(document.getText().indexOf(': ""') + 3);
    return waitFor(`completion ${expected}`, async () => {
      const { items } = await commands.executeCommand<CompletionList>(
        'vscode.executeCompletionItemProvider',
        document.uri,
        inQuotes,
      );
      const texts = new Map(
        items.map(({ label, documentation }) => [
          typeof label === 'string' ? label : label.label,
          typeof documentation === 'object' ? documentation.value : (documentation ?? ''),
        ]),
      );
      return texts.has(expected) ? texts : undefined;
    });
  }
});
