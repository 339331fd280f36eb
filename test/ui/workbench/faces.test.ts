import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { groupPhoto, writePhoto } from '../../support/groupPhotos';
import { choosePath, runCommand } from '../../support/workbench/palette';
import { webview } from '../../support/workbench/webviews';
import { openWorkbench, type Workbench, workbenchMissing } from '../../support/workbench/workbench';
import { takePicture } from '../pages/takePicture';
import { endings } from './endings';
import { importPage } from './importPage';

const DATASET = 'party';

describe.skipIf(workbenchMissing())('photos of several people, in the packaged extension', () => {
  let workbench: Workbench;
  let home: string;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'ws-party-'));
    for (const i of [0, 1, 2]) {
      const people = [
        { person: 3 * i, x: 260, y: 320, size: 360 },
        { person: 3 * i + 1, x: 760, y: 300, size: 300, turned: 15 },
      ];
      const photo = sharp(await groupPhoto(1100, 700, people)).resize(2200);
      await writePhoto(join(home, DATASET, `IMG_${i}.jpg`), await photo.jpeg({ quality: 95 }).toBuffer());
    }
    workbench = await openWorkbench({ settings: { 'warmstart.annotator': 'anna' } });
  });
  endings(
    () => workbench,
    () => home,
  );

  it('become one image a face when that is chosen', async () => {
    const { page } = workbench;
    await runCommand(page, 'Warmstart: New Dataset from Folder…');
    await choosePath(page, join(home, DATASET), 'Make Dataset');
    const shown = await importPage(page, DATASET);
    await shown.getByRole('radio', { name: 'Every face in them' }).check();
    await takePicture(page, 'faces-question');
    await shown.getByRole('button', { name: 'Import' }).click();
    const encoders = page.locator('.quick-input-widget', { hasText: `What should rounds of ${DATASET} look through?` });
    await encoders.waitFor({ timeout: 240_000 });
    await page.keyboard.press('Escape');
    await page.getByRole('treeitem', { name: DATASET }).waitFor({ timeout: 60_000 });
    const directory = join(workbench.folder, 'warmstart', DATASET);
    const { split } = JSON.parse(await readFile(join(directory, 'dataset.json'), 'utf8'));
    const { found } = JSON.parse(await readFile(join(directory, 'faces.json'), 'utf8'));
    expect(split.train).toBe(found.reduce((sum: number, { faces }: { faces: object[] }) => sum + faces.length, 0));
    expect(split.train).toBeGreaterThanOrEqual(5);
  });

  it('are what the original of a face is', async () => {
    const { page } = workbench;
    await runCommand(page, 'Warmstart: Open Gallery');
    const gallery = await webview(page, `${DATASET}: Gallery`, 60);
    const cell = gallery.locator('.tile').first();
    await cell.waitFor({ timeout: 60_000 });
    await cell.dblclick();
    await gallery.getByRole('button', { name: 'Open Original' }).click();
    await page.locator('.tabs-container .tab', { hasText: /^IMG_\d\.jpg/ }).waitFor({ timeout: 30_000 });
    await page.locator('.statusbar-item', { hasText: /The face: [\d,]+ pixels from the left/ }).waitFor();
    await takePicture(page, 'faces-original');
    expect(await page.locator('.tabs-container .tab.active').getAttribute('aria-label')).toMatch(/^IMG_\d\.jpg/);
  });
});
