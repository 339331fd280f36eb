import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RoundFile } from '../../../src/shared/schema/round';
import { run } from '../../support/commandLine';
import { writeImages } from '../../support/pictures';
import { waitFor } from '../../support/waitFor';
import { answer, pick, runCommand } from '../../support/workbench/palette';
import { openWorkbench, type Workbench, workbenchMissing } from '../../support/workbench/workbench';
import { takePicture } from '../pages/takePicture';
import { endings } from './endings';

const DATASET = 'people';

describe.skipIf(workbenchMissing())('several people on one dataset', () => {
  let workbench: Workbench;
  let home: string;
  let directory: string;
  const read = async <T = unknown>(file: string) => JSON.parse(await readFile(join(directory, file), 'utf8')) as T;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'ws-teams-'));
    await writeImages(join(home, DATASET), { classes: ['happy', 'neutral', 'sad'], train: 20, test: 0 });
    workbench = await openWorkbench({ settings: { 'warmstart.annotator': 'dan' } });
    directory = join(workbench.folder, 'warmstart', DATASET);
    await workbench.page.locator('.activitybar .action-item a[aria-label^="Warmstart"]').click();
  });
  endings(
    () => workbench,
    () => home,
  );

  /** Three people answer twelve images and differ on the first three. */
  async function labelAll(): Promise<void> {
    const { folder } = workbench;
    const warmstart = async (...args: string[]) =>
      expect(await run(['--workspace', folder, ...args], { cwd: folder })).toMatchObject({ code: 0 });
    await warmstart('import', join(home, DATASET), '--encoder', 'hog');
    await warmstart('query', DATASET, '--budget', '12', '--strategy', 'random');
    const { picks } = await read<RoundFile>('rounds/0001.json');
    const said = { anna: 'happy', ben: 'neutral', cleo: 'happy' };
    for (const [name, otherwise] of Object.entries(said)) {
      const rows = picks.map(({ image }, i) => `${image},${i < 3 ? otherwise : i % 2 ? 'sad' : 'happy'}`);
      await writeFile(join(home, 'labels.csv'), ['image,label', ...rows.slice(name === 'cleo' ? 2 : 0)].join('\n'));
      await warmstart('label', DATASET, '--from', join(home, 'labels.csv'), '--annotator', name);
    }
  }

  it('settles disputes from the review of labels, by majority', async () => {
    const { page } = workbench;
    await labelAll();
    await page.locator('.pane-body', { hasText: DATASET }).first().waitFor();
    await runCommand(page, 'Warmstart: Review Labels');
    await page
      .locator('.quick-input-widget')
      .getByRole('option', { name: /Settle…/ })
      .waitFor();
    await takePicture(page, 'review labels disputed');
    await pick(page, 'Settle…');
    await page
      .locator('.quick-input-widget')
      .getByRole('option', { name: /By Majority/ })
      .waitFor();
    await takePicture(page, 'settle');
    await pick(page, 'By Majority');
    const settled = () =>
      read<{ settlements: object }>('settlements/dan.json').then((file) => Object.values(file.settlements));
    await waitFor('the settlement', async () => (await settled().catch(() => [])).length === 1);
    expect(await settled()).toMatchObject([{ label: 'happy', how: 'majority' }]);
  });

  it('shows how far people agree, with counts by person and class', async () => {
    const { page } = workbench;
    await runCommand(page, 'Warmstart: Show Agreement');
    const text = await previewText(page, /Krippendorff/);
    expect(text).toMatch(/Agreement on people/);
    expect(text).toMatch(/anna\s+\d+\s+\d+\s+\d+\s+12/);
    expect(text).toMatch(/anna\s+ben\s+12\s+75\.0\s%\s+0\.60/);
    expect(text).toMatch(/they differ on 3, of which 1 are settled/);
    await takePicture(page, 'agreement');
  });

  it('draws a test set, and opens it to be labelled', async () => {
    const { page } = workbench;
    await runCommand(page, 'Warmstart: Draw a Test Set');
    await page.locator('.quick-input-widget', { hasText: 'How many images?' }).waitFor();
    await takePicture(page, 'test set asked');
    await answer(page, '24');
    await page.locator('.tab', { hasText: 'Round 2' }).waitFor({ timeout: 60_000 });
    const round = await read<RoundFile>('rounds/0002.json');
    expect([round.purpose, round.picks.length]).toEqual(['test', 24]);
    await page.locator('.pane-body').getByText('test set').first().waitFor();
    await takePicture(page, 'test set drawn');
  });
});

/** The text of a Markdown preview that says something. */
async function previewText(page: Page, says: RegExp): Promise<string> {
  let found = '';
  await waitFor('the page of agreement', async () => {
    for (const frame of page.frames()) {
      const text = await frame
        .locator('body')
        .innerText({ timeout: 2_000 })
        .catch(() => '');
      if (says.test(text) && /Agreement on/.test(text)) found = text;
    }
    return found !== '';
  });
  return found;
}
