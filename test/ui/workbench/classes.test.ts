import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { labelsOnDisk } from '../../support/labelsOnDisk';
import { picture } from '../../support/pictures';
import { answer, choosePath, pick, runCommand } from '../../support/workbench/palette';
import { openWorkbench, type Workbench, workbenchMissing } from '../../support/workbench/workbench';
import { takePicture } from '../pages/takePicture';
import { endings } from './endings';
import { importPage } from './importPage';
import { LabellingPanel } from './labelling';

const DATASET = 'photos';
const DAYS = ['Tag 1', 'Tag 2', '🎉 Party 🎉'];

describe.skipIf(workbenchMissing())('classes in the packaged extension', () => {
  let workbench: Workbench;
  let home: string;
  let directory: string;
  const classes = async () =>
    (JSON.parse(await readFile(join(directory, 'dataset.json'), 'utf8')) as { classes: string[] }).classes;
  const quickInput = (page: Page, text: string) => page.locator('.quick-input-widget', { hasText: text });

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'ws-photos-'));
    for (const [d, day] of DAYS.entries()) {
      await mkdir(join(home, DATASET, day), { recursive: true });
      for (let i = 0; i < 8; i++)
        await writeFile(join(home, DATASET, day, `${i}.png`), await picture('x.png', { seed: d * 8 + i }));
    }
    workbench = await openWorkbench({ settings: { 'warmstart.batchSize': 4, 'warmstart.annotator': 'anna' } });
    directory = join(workbench.folder, 'warmstart', DATASET);
  });
  endings(
    () => workbench,
    () => home,
  );

  it('says that sub-folders may not be classes, and lets people decide later', async () => {
    const { page } = workbench;
    await page.locator('.activitybar .action-item a[aria-label^="Warmstart"]').click();
    await runCommand(page, 'Warmstart: New Dataset from Folder');
    await choosePath(page, join(home, DATASET), 'Make Dataset');
    const shown = await importPage(page, DATASET);
    await shown.getByText('These folders may not be classes: names like Tag 1 and Tag 2').waitFor();
    expect(await shown.getByRole('radio', { name: 'Decide later' }).isChecked()).toBe(true);
    await takePicture(page, 'classes asked');
    await page.keyboard.press('Enter');
    await quickInput(page, `What should rounds of ${DATASET} look through?`).waitFor({ timeout: 240_000 });
    await page.keyboard.press('Escape');
    await expect.poll(classes).toEqual([]);
  });

  it('offers to add classes where a round is asked for and there are none', async () => {
    const { page } = workbench;
    await runCommand(page, 'Warmstart: Run Active Round');
    const toast = page.locator('.notification-toast', { hasText: 'add at least two' });
    await toast.waitFor();
    await takePicture(page, 'no classes');
    await toast.getByRole('button', { name: 'Add Class' }).click();
    await answer(page, 'zufrieden, müde');
    await expect.poll(classes).toEqual(['zufrieden', 'müde']); // in the order of typing
  });

  it('labels, gets one more class from the panel by key, and keeps all keys', async () => {
    const { page } = workbench;
    await runCommand(page, 'Warmstart: Run Active Round');
    const panel = await LabellingPanel.of(page, DATASET, 1, ['zufrieden', 'müde'], directory);
    await panel.answer('müde');
    await panel.press('#');
    await answer(page, 'Zufrieden');
    await quickInput(page, 'upper and lower case alone').waitFor();
    await answer(page, 'aufgeregt');
    await panel.frame.locator('.class', { hasText: 'aufgeregt' }).waitFor();
    await takePicture(page, 'class added in the panel');
    await panel.frame.locator('.stage .picture').click();
    await panel.answer('zufrieden');
    const labels = Object.values(await labelsOnDisk(directory, 'anna')).map(({ label }) => label);
    expect(labels.sort()).toEqual(['müde', 'zufrieden']);
  });

  it('renames, moves, removes with a question, and undoes, in one list', async () => {
    const { page } = workbench;
    await runCommand(page, 'Warmstart: Edit Classes…');
    await quickInput(page, `Classes of ${DATASET}`).waitFor();
    await takePicture(page, 'edit classes');
    await pick(page, 'müde');
    await pick(page, 'Rename…');
    await answer(page, 'schläfrig');
    await expect.poll(classes).toEqual(['zufrieden', 'schläfrig', 'aufgeregt']);
    const said = async () => Object.values(await labelsOnDisk(directory, 'anna')).map(({ label }) => label);
    await expect.poll(said).toEqual(expect.arrayContaining(['schläfrig', 'zufrieden']));
    await pick(page, 'aufgeregt');
    await pick(page, 'Move to the Top');
    await expect.poll(classes).toEqual(['aufgeregt', 'zufrieden', 'schläfrig']);
    await pick(page, 'schläfrig');
    await pick(page, 'Remove…');
    await quickInput(page, 'schläfrig: 1 label. What should happen to the labels?').waitFor();
    await takePicture(page, 'remove class');
    await pick(page, 'Take them back');
    await expect.poll(classes).toEqual(['aufgeregt', 'zufrieden']);
    await pick(page, 'Undo the Last Change');
    await expect.poll(classes).toEqual(['aufgeregt', 'zufrieden', 'schläfrig']);
    await expect.poll(said).toEqual(expect.arrayContaining(['schläfrig', 'zufrieden']));
    // the list comes back after a change, and goes when it is closed
    await quickInput(page, 'aufgeregt').waitFor();
    await page.keyboard.press('Escape');
    await quickInput(page, `Classes of ${DATASET}`).waitFor({ state: 'hidden' });
  });

  it('asks before a dataset goes to the trash, and removes nothing where there is none', async () => {
    const { page } = workbench;
    await runCommand(page, 'Warmstart: Remove Dataset…');
    const dialog = page.locator('.monaco-dialog-box', { hasText: `Remove the dataset ${DATASET}?` });
    await dialog.waitFor();
    await takePicture(page, 'remove dataset');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    expect(existsSync(directory)).toBe(true);
    await runCommand(page, 'Warmstart: Remove Dataset…');
    await dialog.getByRole('button', { name: 'Move to Trash' }).click();
    // VS Code's server has no trash, and labels are never deleted for good
    const toast = page.locator('.notification-toast', { hasText: 'There is no trash on a remote machine' });
    await toast.waitFor();
    await takePicture(page, 'remove dataset trash');
    expect(existsSync(join(directory, 'dataset.json'))).toBe(true);
    await toast.getByRole('button', { name: 'Reveal in Explorer' }).click();
    await page.locator('.explorer-folders-view .monaco-list-row.selected', { hasText: DATASET }).waitFor();
  });
});
