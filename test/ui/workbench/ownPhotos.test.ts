import { existsSync } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Frame } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { InferenceSession } from '../../../src/engine/runtime/onnx/library';
import { labelsOnDisk } from '../../support/labelsOnDisk';
import { shownIn, writeWholePhotos } from '../../support/wholePhotos';
import { answer, choosePath, pick, runCommand } from '../../support/workbench/palette';
import { webview } from '../../support/workbench/webviews';
import { openWorkbench, type Workbench, workbenchMissing } from '../../support/workbench/workbench';
import { takePicture } from '../pages/takePicture';
import { endings } from './endings';
import { importPage } from './importPage';
import { LabellingPanel } from './labelling';

const PHOTOS = 300;
const BATCH = 12;
const DATASET = 'photos';
const CLASSES = ['happy', 'sad', 'surprise', 'other'];
const classOf = (image: string): string => {
  const shown = shownIn(image);
  return CLASSES.includes(shown) ? shown : 'other';
};

/** Pictures of the user guide are taken here: WARMSTART_GUIDE=1. */
const guide = { readme: process.env.WARMSTART_GUIDE === '1' };

describe.skipIf(workbenchMissing())('300 whole photos without classes, in the packaged extension', () => {
  let workbench: Workbench;
  let home: string;
  let directory: string;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'ws-photos-'));
    await writeWholePhotos(join(home, DATASET), PHOTOS);
    workbench = await openWorkbench({ settings: { 'warmstart.batchSize': BATCH, 'warmstart.annotator': 'anna' } });
    directory = join(workbench.folder, 'warmstart', DATASET);
  });
  endings(
    () => workbench,
    () => home,
  );

  it('become a dataset from the welcome view, classes to be decided later', async () => {
    const { page } = workbench;
    await page.locator('.activitybar .action-item a[aria-label^="Warmstart"]').click();
    const button = page.locator('.welcome-view .monaco-button', { hasText: 'New Dataset from Folder' });
    await button.waitFor();
    await page.mouse.move(800, 600); // away from the icon, which would show its name over the view
    await page.locator('.monaco-hover', { hasText: 'Warmstart' }).waitFor({ state: 'hidden' });
    await takePicture(page, 'guide-welcome', guide);
    await button.click();
    await choosePath(page, join(home, DATASET), 'Make Dataset');
    const shown = await importPage(page, DATASET);
    await shown.getByText(`All ${PHOTOS} images can be read.`).waitFor({ timeout: 60_000 });
    await takePicture(page, 'guide-import', guide);
    await page.keyboard.press('Enter');
    const encoders = page.locator('.quick-input-widget', { hasText: `What should rounds of ${DATASET} look through?` });
    await encoders.waitFor({ timeout: 240_000 });
    await page.keyboard.press('Escape');
    await page.getByRole('treeitem', { name: DATASET }).waitFor({ timeout: 60_000 });
    const { classes, split } = JSON.parse(await readFile(join(directory, 'dataset.json'), 'utf8'));
    expect(classes).toEqual([]);
    expect(split.train).toBe(PHOTOS);
  });

  it('can be looked through before anything is labelled', async () => {
    const { page } = workbench;
    await runCommand(page, 'Warmstart: Open Gallery');
    await untilDrawn(await webview(page, `${DATASET}: Gallery`, 60));
    await runCommand(page, 'Notifications: Clear All Notifications');
    await takePicture(page, 'guide-gallery', guide);
    await runCommand(page, 'View: Close All Editors');
  });

  it('get classes when the first batch is asked for, and labels by keys', async () => {
    const { page } = workbench;
    await runCommand(page, 'Warmstart: Run Active Round');
    const toast = page.locator('.notification-toast', { hasText: 'add at least two' });
    await toast.getByRole('button', { name: 'Add Class' }).click({ timeout: 60_000 });
    await answer(page, CLASSES.join(', '));
    const said = async () => JSON.parse(await readFile(join(directory, 'dataset.json'), 'utf8')).classes;
    await expect.poll(said).toEqual(CLASSES);
    await runCommand(page, 'Notifications: Clear All Notifications');
    await runCommand(page, 'Warmstart: Run Active Round');
    // all photos are looked at first: seconds, but minutes on a machine that does much else
    await expect.poll(() => existsSync(join(directory, 'rounds', '0001.json')), { timeout: 240_000 }).toBe(true);
    const panel = await LabellingPanel.of(page, DATASET, 1, CLASSES, directory);
    await panel.answer(classOf(await panel.image()));
    await takePicture(page, 'guide-labelling', guide);
    await finish(panel);
  }, 300_000);

  it('get a second batch, chosen by what the first one taught', async () => {
    const { page } = workbench;
    const first = await LabellingPanel.of(page, DATASET, 1, CLASSES, directory);
    await first.frame.getByRole('button', { name: 'Train and Ask for the Next Batch' }).click();
    const panel = await LabellingPanel.of(page, DATASET, 2, CLASSES, directory);
    await finish(panel);
    expect(Object.keys(await labelsOnDisk(directory, 'anna'))).toHaveLength(2 * BATCH);
  }, 300_000);

  it('come back labelled, every one of them: by whom, and how sure', async () => {
    const { page } = workbench;
    const csv = join(workbench.folder, 'photos.csv');
    await runCommand(page, 'Warmstart: Predict All Images…');
    await pick(page, 'Table as CSV');
    await page.locator('.quick-input-widget', { hasText: `Export from ${DATASET}` }).waitFor({ timeout: 30_000 });
    await takePicture(page, 'guide-predict', guide);
    await answer(page, csv);
    await expect.poll(() => readFile(csv, 'utf8').catch(() => ''), { timeout: 120_000 }).toMatch(/\n$/);
    const [header, ...rows] = (await readFile(csv, 'utf8')).trim().split('\n');
    expect(rows).toHaveLength(PHOTOS);
    const columns = header!.split(',');
    const values = (name: string) => rows.map((row) => row.split(',')[columns.indexOf(name)]!);
    expect(values('label').every((label) => CLASSES.includes(label))).toBe(true);
    expect(values('source').filter((source) => source !== 'model')).toHaveLength(2 * BATCH);
    await runCommand(page, 'Warmstart: Open Gallery');
    await untilDrawn(await webview(page, `${DATASET}: Gallery`, 60));
    await runCommand(page, 'Notifications: Clear All Notifications');
    await takePicture(page, 'guide-predicted', guide);
  }, 300_000);

  it('leave a model that other programs can run', async () => {
    const { page } = workbench;
    const file = join(workbench.folder, 'photos.onnx');
    await runCommand(page, 'Warmstart: Export…');
    await page.locator('.quick-input-widget').getByRole('option', { name: 'Model as ONNX' }).waitFor();
    await takePicture(page, 'guide-export', guide);
    await pick(page, 'Model as ONNX');
    await page.locator('.quick-input-widget', { hasText: `Export from ${DATASET}` }).waitFor({ timeout: 30_000 });
    await answer(page, file);
    await page.locator('.notification-toast', { hasText: 'photos.onnx' }).waitFor({ timeout: 120_000 });
    const session = await InferenceSession.create(file);
    expect(session.outputNames).toContain('head');
  }, 300_000);

  it('are explained by a guide whose pictures come with the extension', async () => {
    const { page } = workbench;
    await runCommand(page, 'Warmstart: Open User Guide');
    await page.getByRole('tab', { name: /Preview user-guide/ }).waitFor();
    const preview = async () => {
      for (const frame of page.frames())
        if ((await frame.locator('h1', { hasText: 'From a folder of photos' }).count()) > 0) return frame;
      return undefined;
    };
    await expect.poll(async () => (await preview()) !== undefined, { timeout: 60_000 }).toBe(true);
    const widths = async () =>
      (await preview())!
        .locator('img')
        .evaluateAll((all) => all.map((image) => (image as HTMLImageElement).naturalWidth));
    await expect.poll(async () => (await widths()).filter((width) => width > 0).length, { timeout: 60_000 }).toBe(7);
    await takePicture(page, 'guide');
  });

  /** Waits until the gallery shows pictures in all places in sight. */
  async function untilDrawn(gallery: Frame): Promise<void> {
    const drawn = () =>
      gallery
        .locator('.tile')
        .evaluateAll((tiles) => tiles.slice(0, 12).map((tile) => tile.querySelector('img')?.naturalWidth ?? 0));
    await expect
      .poll(async () => (await drawn()).filter((width) => width > 0).length, { timeout: 60_000 })
      .toBeGreaterThanOrEqual(12);
  }

  async function finish(panel: LabellingPanel): Promise<void> {
    while (!(await panel.isFinished())) await panel.answer(classOf(await panel.image()));
  }
});
