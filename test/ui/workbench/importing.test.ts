import { existsSync } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { choosePath, runCommand } from '../../support/workbench/palette';
import { openWorkbench, type Workbench, workbenchMissing } from '../../support/workbench/workbench';
import { photos, small, unreadable, writeWorstFolder } from '../../support/worstFolder';
import { takePicture } from '../pages/takePicture';
import { endings } from './endings';
import { importPage } from './importPage';

const DATASET = 'party';
/** The picture of docs/folders.md is taken here: WARMSTART_GUIDE=1. */
const guide = { readme: process.env.WARMSTART_GUIDE === '1' };

describe.skipIf(workbenchMissing())('the worst folder of all, in the packaged extension', () => {
  let workbench: Workbench;
  let home: string;
  const placeOf = (name: string) => join(workbench.folder, 'warmstart', name);
  const read = async (name: string) => JSON.parse(await readFile(join(placeOf(name), 'dataset.json'), 'utf8'));

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'ws-worst-'));
    await writeWorstFolder(join(home, DATASET));
    workbench = await openWorkbench({ settings: { 'warmstart.annotator': 'anna' }, height: 1100 });
  });
  endings(
    () => workbench,
    () => home,
  );

  const begin = async () => {
    const { page } = workbench;
    await runCommand(page, 'Warmstart: New Dataset from Folder…');
    await choosePath(page, join(home, DATASET), 'Make Dataset');
    return importPage(page, DATASET);
  };

  /** Closes the question after the import, and waits for the dataset. */
  const untilThere = async () => {
    const { page } = workbench;
    const encoders = page.locator('.quick-input-widget', { hasText: `What should rounds of ${DATASET} look through?` });
    await encoders.waitFor({ timeout: 240_000 });
    await page.keyboard.press('Escape');
    await page.getByRole('treeitem', { name: DATASET }).waitFor({ timeout: 60_000 });
  };

  it('is shown as it is read, and nothing is written when it is cancelled', async () => {
    const { page } = workbench;
    await page.locator('.activitybar .action-item a[aria-label^="Warmstart"]').click();
    const shown = await begin();
    await shown.getByText(`${photos + small} images can be read. These cannot`).waitFor({ timeout: 60_000 });
    for (const id of Object.keys(unreadable)) await shown.locator('.file', { hasText: id }).waitFor();
    await takePicture(page, 'folder-read', guide);
    await shown.getByRole('button', { name: 'Cancel' }).click();
    await page.locator('.tabs-container .tab', { hasText: `Import ${DATASET}` }).waitFor({ state: 'detached' });
    expect(existsSync(placeOf(DATASET))).toBe(false);
  });

  it('keeps what was corrected while another tab hides it, and is imported by it', async () => {
    const { page } = workbench;
    const shown = await begin();
    await shown.getByRole('radio', { name: 'Each folder is a class' }).check();
    for (const name of ['2019-05 Berlin', '2020 Rom', 'junk'])
      await shown.getByRole('checkbox', { name: `${name} is a class` }).uncheck();
    await shown.getByRole('radio', { name: 'Every face in them' }).check();
    await runCommand(page, 'File: New Untitled Text File');
    await page.locator('.tabs-container .tab', { hasText: 'Untitled-1' }).waitFor();
    await page.locator('.tabs-container .tab', { hasText: `Import ${DATASET}` }).click();
    const again = await importPage(page, DATASET);
    expect(await again.getByRole('checkbox', { name: 'junk is a class' }).isChecked()).toBe(false);
    expect(await again.getByRole('checkbox', { name: 'sad is a class' }).isChecked()).toBe(true);
    await takePicture(page, 'folder corrected');
    await again.getByRole('button', { name: 'Import' }).click();
    await untilThere();
    const { classes, split } = await read(DATASET);
    expect(classes).toEqual(['happy', 'sad']);
    const { found } = JSON.parse(await readFile(join(placeOf(DATASET), 'faces.json'), 'utf8'));
    const faces = found.reduce((sum: number, one: { faces: object[] }) => sum + one.faces.length, 0);
    expect(split.train + split.test).toBe(faces);
    expect(split.test).toBeGreaterThanOrEqual(2);
    expect(faces).toBeGreaterThan(photos);
  });
});
