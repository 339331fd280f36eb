import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { labelsOnDisk } from '../../support/labelsOnDisk';
import { answer, pick, runCommand } from '../../support/workbench/palette';
import { webview } from '../../support/workbench/webviews';
import { openWorkbench, type Workbench, workbenchMissing } from '../../support/workbench/workbench';
import { takePicture } from '../pages/takePicture';
import { LabellingPanel } from './labelling';
import { pictureFailures } from './pictureFailures';

/** Enough to see a curve, few enough for a test. */
const FACES = 140;
const BATCH = 7;
const DATASET = 'sample-faces';

describe.skipIf(workbenchMissing())('a newcomer with the packaged extension', () => {
  let workbench: Workbench;
  let directory: string;
  let classes: readonly string[];
  /** What a person would see in the face; the sample's folders tell. */
  const truth = (image: string): string => {
    const found = classes.find((name) => image.split('/').includes(name));
    if (!found) throw new Error(`The sample does not tell the class of ${image}.`);
    return found;
  };

  beforeAll(async () => {
    workbench = await openWorkbench({
      settings: { 'warmstart.batchSize': BATCH, 'warmstart.annotator': 'anna' },
      // the command of the welcome view, with fewer faces
      keybindings: [{ key: 'ctrl+alt+f9', command: 'warmstart.openSample', args: { faces: FACES } }],
    });
    directory = join(workbench.folder, 'warmstart', DATASET);
  });
  afterAll(() => workbench?.close());
  pictureFailures(() => workbench.page);

  it('is welcomed by an empty view that says how to begin', async () => {
    const { page } = workbench;
    await page.locator('.activitybar .action-item a[aria-label^="Warmstart"]').click();
    for (const name of ['New Dataset from Folder', 'Open Sample Dataset', 'How it works'])
      await expect.poll(() => page.locator('.welcome-view .monaco-button', { hasText: name }).isVisible()).toBe(true);
    await takePicture(page, 'welcome');
  });

  it('opens the sample', async () => {
    const { page } = workbench;
    await page.keyboard.press('Control+Alt+F9');
    await page.getByRole('treeitem', { name: DATASET }).waitFor({ timeout: 180_000 });
    ({ classes } = JSON.parse(await readFile(join(directory, 'dataset.json'), 'utf8')));
    expect(classes).toHaveLength(7);
    await takePicture(page, 'sample');
  });

  it('runs an active round, which needs no pre-training', async () => {
    const { page } = workbench;
    await runCommand(page, 'Warmstart: Run Active Round');
    const panel = await LabellingPanel.of(page, DATASET, 1, classes, directory);
    expect(await panel.progress()).toEqual({ answered: 0, asked: BATCH });
    expect(existsSync(join(directory, 'models', 'encoder.json'))).toBe(false);
  });

  it('labels by keyboard, and takes one answer back', async () => {
    const { page } = workbench;
    const panel = await LabellingPanel.of(page, DATASET, 1, classes, directory);
    const given: Record<string, string> = {};
    for (let i = 0; i < 3; i++) {
      const image = await panel.image();
      given[image] = truth(image);
      await panel.answer(truth(image));
      expect((await labelsOnDisk(directory, 'anna'))[image]?.label).toBe(given[image]);
    }
    const last = Object.keys(given).at(-1) ?? '';
    await panel.undo();
    expect(Object.keys(await labelsOnDisk(directory, 'anna'))).not.toContain(last);
    expect(await panel.image()).toBe(last);
    await takePicture(page, 'labelling');
  });

  it('goes on at the same image after the window was loaded again', async () => {
    const before = await (await LabellingPanel.of(workbench.page, DATASET, 1, classes, directory)).image();
    await workbench.reload();
    const panel = await LabellingPanel.of(workbench.page, DATASET, 1, classes, directory);
    expect(await panel.progress()).toEqual({ answered: 2, asked: BATCH });
    expect(await panel.image()).toBe(before);
  });

  it('finishes the batch', async () => {
    const { page } = workbench;
    const panel = await LabellingPanel.of(page, DATASET, 1, classes, directory);
    await finish(panel);
    expect(Object.keys(await labelsOnDisk(directory, 'anna'))).toHaveLength(BATCH);
    await takePicture(page, 'finished');
  });

  it('runs two more rounds from the panel', async () => {
    const { page } = workbench;
    for (const round of [2, 3]) {
      const before = await LabellingPanel.of(page, DATASET, round - 1, classes, directory);
      await before.frame.getByRole('button', { name: 'Train and Ask for the Next Batch' }).click();
      const panel = await LabellingPanel.of(page, DATASET, round, classes, directory);
      if (round === 2) await finish(panel);
    }
    expect(existsSync(join(directory, 'results', '0002.json'))).toBe(true);
  });

  it('sees the curve, and the rounds in the tree', async () => {
    const { page } = workbench;
    await runCommand(page, 'View: Close All Editors');
    await runCommand(page, 'Warmstart: Show Accuracy vs Budget');
    const chart = await webview(page, `${DATASET}: Accuracy vs Budget`);
    await chart.locator('.plot svg').waitFor();
    const budgets = await chart.locator('table thead th').allTextContents(); // one column a budget
    expect(budgets.join(' ')).toMatch(new RegExp(`\\b${BATCH}\\b.*\\b${2 * BATCH}\\b`));
    await page.getByRole('treeitem', { name: /^Round 2/ }).waitFor();
    await takePicture(page, 'curve');
  });

  it('pre-trains, and looks through that too', async () => {
    const { page } = workbench;
    await runCommand(page, 'Warmstart: Pre-train Encoder');
    await pick(page, 'Custom');
    await answer(page, '0.1');
    const both = page.locator('.notifications-toasts').getByRole('button', { name: 'Use Both' });
    await both.waitFor({ timeout: 240_000 });
    await takePicture(page, 'pre-trained');
    await both.click();
    const features = async () => JSON.parse(await readFile(join(directory, 'features.json'), 'utf8'));
    await expect.poll(features, { timeout: 60_000 }).toMatchObject({ use: 'faces+pretrained', chosenBy: 'person' });
    await page.getByRole('treeitem', { name: /^Encoder, Faces \+ Pre-trained encoder/ }).waitFor();
  });

  it('finds every step of the walkthrough ticked, though it was not open while they were done', async () => {
    const { page } = workbench;
    await runCommand(page, 'Welcome: Open Walkthrough');
    await pick(page, 'Label Few Images Well');
    const steps = page.locator('.gettingStartedContainer [data-done-step-id*="#start#"]');
    await steps.nth(3).waitFor();
    const ticks = () => steps.evaluateAll((all) => all.map((step) => step.getAttribute('aria-checked')));
    await expect.poll(ticks).toEqual(['true', 'true', 'true', 'true']);
    await takePicture(page, 'walkthrough');
  });

  async function finish(panel: LabellingPanel): Promise<void> {
    while (!(await panel.isFinished())) await panel.answer(truth(await panel.image()));
  }
});
