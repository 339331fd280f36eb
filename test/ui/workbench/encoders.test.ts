import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { silentJob } from '../../../src/engine/job';
import { writeSampleFaces } from '../../../src/sample/write';
import { vitLike } from '../../support/encoderModels';
import { labelsOnDisk } from '../../support/labelsOnDisk';
import { answer, choosePath, pick, runCommand } from '../../support/workbench/palette';
import { openWorkbench, type Workbench, workbenchMissing } from '../../support/workbench/workbench';
import { takePicture } from '../pages/takePicture';
import { endings } from './endings';
import { importPage } from './importPage';
import { LabellingPanel } from './labelling';

const FACES = 300;
const BATCH = 7;
const DATASET = 'people';

describe.skipIf(workbenchMissing())('encoders in the packaged extension', () => {
  let workbench: Workbench;
  let home: string;
  let directory: string;
  let classes: readonly string[];
  const read = async (file: string) => JSON.parse(await readFile(join(directory, file), 'utf8'));

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'ws-faces-'));
    const folder = join(home, DATASET);
    await writeSampleFaces({ folder, train: FACES, test: 0, seed: 3, size: 96, labelled: true }, silentJob);
    await rm(join(folder, 'synthetic.json')); // class folders like any others
    await writeFile(join(home, 'tiny-vit.onnx'), vitLike());
    workbench = await openWorkbench({ settings: { 'warmstart.batchSize': BATCH, 'warmstart.annotator': 'anna' } });
    directory = join(workbench.folder, 'warmstart', DATASET);
  });
  endings(
    () => workbench,
    () => home,
  );

  it('asks after the import what rounds look through, the guess first; closing the list keeps it', async () => {
    const { page } = workbench;
    await page.locator('.activitybar .action-item a[aria-label^="Warmstart"]').click();
    await runCommand(page, 'Warmstart: New Dataset from Folder');
    await choosePath(page, join(home, DATASET), 'Make Dataset');
    const shown = await importPage(page, DATASET);
    expect(await shown.getByRole('radio', { name: 'Each folder is a class' }).isChecked()).toBe(true);
    await page.keyboard.press('Enter');
    const list = page.locator('.quick-input-widget', { hasText: `What should rounds of ${DATASET} look through?` });
    await list.waitFor({ timeout: 120_000 });
    await list.getByRole('option').nth(3).waitFor();
    expect(await list.getByRole('option').first().innerText()).toMatch(/Faces[\s\S]*no expression labels/);
    await takePicture(page, 'encoder asked');
    await page.keyboard.press('Escape');
    await encoderItem(page, /^Encoder, Faces/).waitFor();
    expect(await read('features.json')).toMatchObject({ use: 'faces', chosenBy: 'guess' });
    ({ classes } = await read('dataset.json'));
    // in the background, with no notification that waits for it
    await page.locator('.statusbar-item', { hasText: `Looking at the images of ${DATASET}` }).waitFor();
    await takePicture(page, 'encoder guessed');
  });

  it('opens the first batch at once, without pre-training', async () => {
    const { page } = workbench;
    await runCommand(page, 'Warmstart: Run Active Round');
    const panel = await LabellingPanel.of(page, DATASET, 1, classes, directory);
    await takePicture(page, 'first batch');
    while (!(await panel.isFinished())) {
      const image = await panel.image();
      await panel.answer(classes.find((name) => image.includes(`/${name}/`)) ?? '');
    }
    expect(Object.keys(await labelsOnDisk(directory, 'anna'))).toHaveLength(BATCH);
    expect(existsSync(join(directory, 'models', 'encoder.json'))).toBe(false);
    expect(await read('rounds/0001.json')).toMatchObject({ policy: { features: 'product' }, pool: FACES });
  });

  it('takes an ONNX file of your own, and shows what it found', async () => {
    const { page } = workbench;
    await runCommand(page, 'View: Close All Editors');
    await runCommand(page, 'Warmstart: Use an Encoder');
    const list = page.locator('.quick-input-widget', { hasText: `What should rounds of ${DATASET} look through?` });
    await list.getByRole('option', { name: /Faces.*in use/s }).waitFor();
    await takePicture(page, 'encoders');
    await pick(page, 'Add an ONNX File');
    await choosePath(page, join(home, 'tiny-vit.onnx'), 'Add Encoder');
    await page.locator('.quick-input-widget', { hasText: 'Name of the Encoder' }).waitFor();
    await answer(page, 'tiny');
    await page.locator('.quick-input-widget', { hasText: 'Size of the Input' }).waitFor({ timeout: 60_000 });
    await answer(page, '32');
    const found = page.locator('.monaco-dialog-box');
    await found.getByText('The encoder tiny works.').waitFor({ timeout: 60_000 });
    expect(await found.innerText()).toMatch(
      /32 × 32 pixels, RGB[\s\S]*last_hidden_state \(cls\), 12 numbers an image[\s\S]*SHA-256/,
    );
    await takePicture(page, 'encoder found');
    await found.getByRole('button', { name: 'Use It' }).click();
    await encoderItem(page, /^Encoder, tiny/).waitFor({ timeout: 60_000 });
    expect(await read('features.json')).toMatchObject({ use: 'external:tiny', chosenBy: 'person' });
    await takePicture(page, 'encoder of your own');
  });

  it('asks the next batch by it', async () => {
    const { page } = workbench;
    await runCommand(page, 'Warmstart: Run Active Round');
    await LabellingPanel.of(page, DATASET, 2, classes, directory);
    expect(await read('results/0001.json')).toMatchObject({ labelled: BATCH });
    expect(await read('rounds/0002.json')).toMatchObject({ encoder: { descriptor: 'external:tiny' } });
    await takePicture(page, 'second batch');
  });
});

const encoderItem = (page: Page, name: RegExp) => page.getByRole('treeitem', { name });
