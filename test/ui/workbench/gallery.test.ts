import { copyFile, mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Frame } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { importFolder } from '../../../src/engine/commands/import';
import { silentJob } from '../../../src/engine/job';
import { labelsOnDisk } from '../../support/labelsOnDisk';
import { writeFiles } from '../../support/pictures';
import { runCommand } from '../../support/workbench/palette';
import { webview } from '../../support/workbench/webviews';
import { openWorkbench, type Workbench, workbenchMissing } from '../../support/workbench/workbench';
import { takePicture } from '../pages/takePicture';
import { endings } from './endings';

const DATASET = 'photos';

describe.skipIf(workbenchMissing())('the gallery in the packaged extension', () => {
  let workbench: Workbench;
  let folder: string;
  let frame: Frame;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ws-gallery-'));
    const large = { width: 900, height: 600, colour: true };
    const images = Array.from({ length: 24 }, (_, i) => [
      `${DATASET}/${i % 2 ? 'happy' : 'sad'}/p${i}.jpg`,
      { ...large, seed: i + 1 },
    ]);
    await writeFiles(folder, Object.fromEntries(images));
    await importFolder({ workspace: folder, folder: join(folder, DATASET), layout: 'folders' }, silentJob);
    workbench = await openWorkbench({ folder, settings: { 'warmstart.annotator': 'anna' } });
  });
  endings(
    () => workbench,
    () => folder,
  );
  const made = async (path: string) => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    return path;
  };
  const labels = () => labelsOnDisk(join(folder, 'warmstart', DATASET), 'anna');

  it('shows thumbnails that the engine makes, and gives a class to many at once', async () => {
    const { page } = workbench;
    await runCommand(page, 'Warmstart: Open Gallery');
    frame = await webview(page, `${DATASET}: Gallery`, 60);
    await frame.locator('.tile img').nth(3).waitFor({ timeout: 60_000 });
    expect(await frame.locator('.tile img').first().getAttribute('src')).toMatch(/\.cache\/thumbnails\/.*\.webp$/);
    const width = () =>
      frame
        .locator('.tile img')
        .first()
        .evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth);
    await expect.poll(width).toBe(192);
    await frame.locator('.tile').nth(0).click();
    await frame
      .locator('.tile')
      .nth(2)
      .click({ modifiers: ['Shift'] });
    await takePicture(page, 'gallery');
    await page.keyboard.press('1');
    await expect.poll(async () => Object.keys(await labels().catch(() => ({}))).length).toBe(3);
    await page.keyboard.press('Backspace');
    await expect.poll(async () => Object.keys(await labels()).length).toBe(0);
  });

  it('may load the images and the cache, and nothing beside them', async () => {
    const src = (await frame.locator('.tile img').first().getAttribute('src')) ?? '';
    const place = src.slice(0, src.indexOf(folder));
    expect(place).toMatch(/^https?:\/\//);
    const shows = (path: string) =>
      frame.evaluate<boolean>(`new Promise((done) => {
        const image = new Image();
        image.onload = () => done(true);
        image.onerror = () => done(false);
        image.src = ${JSON.stringify(place + folder)} + ${JSON.stringify(path)};
      })`);
    expect(await shows(`/${DATASET}/sad/p0.jpg`)).toBe(true);
    const beside = ['/secret.jpg', `/warmstart/${DATASET}/secret.jpg`, `/${DATASET}-2/secret.jpg`];
    for (const path of beside) await copyFile(join(folder, DATASET, 'sad', 'p0.jpg'), join(folder, await made(path)));
    const roundabout = [
      `/${DATASET}/../secret.jpg`,
      `/${DATASET}/%2e%2e/secret.jpg`,
      `/${DATASET}/sad/..%2f..%2fsecret.jpg`,
    ];
    for (const path of [...beside, ...roundabout]) expect(await shows(path), path).toBe(false);
  });

  it('has a menu on pictures, shows one large, and opens the original', async () => {
    const { page } = workbench;
    await frame.locator('.tile').nth(1).click({ button: 'right' });
    const menu = page.locator('.monaco-menu').getByRole('menuitem', { name: 'Reveal in Explorer' });
    await menu.waitFor();
    await takePicture(page, 'gallery menu');
    await page.keyboard.press('Escape');
    await frame.locator('.tile').nth(1).dblclick();
    await frame.locator('.large-picture img').waitFor();
    await takePicture(page, 'gallery large');
    await frame.getByRole('button', { name: 'Open Original' }).click();
    const name = await frame.locator('.large .name').textContent();
    const tab = page.getByRole('tab', { name: new RegExp(`^${name}`) });
    await tab.waitFor();
    expect(await tab.count()).toBe(1);
  });
});
