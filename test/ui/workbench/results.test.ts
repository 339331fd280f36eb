import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { importFolder } from '../../../src/engine/commands/import';
import { label } from '../../../src/engine/commands/label';
import { train } from '../../../src/engine/commands/train';
import { silentJob } from '../../../src/engine/job';
import { writeImages } from '../../support/pictures';
import { runCommand } from '../../support/workbench/palette';
import { webview } from '../../support/workbench/webviews';
import { openWorkbench, type Workbench, workbenchMissing } from '../../support/workbench/workbench';
import { takePicture } from '../pages/takePicture';
import { endings } from './endings';

const DATASET = 'photos';
const classes = ['angry', 'happy', 'sad'];

describe.skipIf(workbenchMissing())('the results of a round in the packaged extension', () => {
  let workbench: Workbench;
  let folder: string;
  const answered = async (answers: readonly (readonly [string, string])[]) => {
    const csv = join(folder, 'labels.csv');
    await writeFile(csv, ['image,label', ...answers.map((row) => row.join())].join('\n'));
    const request = { workspace: folder, dataset: DATASET, annotator: 'anna', overwrite: true };
    await label({ ...request, from: { csv } }, silentJob);
  };
  const image = (name: string, i: number) => `train/${name}/train-${i}.png`;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ws-results-'));
    await writeImages(join(folder, DATASET), { classes, train: 8, test: 4 });
    await importFolder(
      { workspace: folder, folder: join(folder, DATASET), layout: 'folders', encoder: 'hog' },
      silentJob,
    );
    // nobody knows "sad" yet, and one happy face is labelled wrongly
    const labels = ['angry', 'happy'].flatMap((name) =>
      Array.from({ length: 8 }, (_, i) => [image(name, i), name === 'happy' && i === 2 ? 'angry' : name] as const),
    );
    await answered(labels);
    await train({ workspace: folder, dataset: DATASET, learner: 'auto', seed: 0 }, silentJob);
    workbench = await openWorkbench({ folder, settings: { 'warmstart.annotator': 'anna' } });
  });
  endings(
    () => workbench,
    () => folder,
  );

  it('stand on a page, whose numbers and suspicious labels open the gallery on their images', async () => {
    const { page } = workbench;
    await runCommand(page, 'Warmstart: Show Results');
    const frame = await webview(page, `${DATASET}: Results`, 60);
    await frame.getByText('No label of sad yet: the model can never answer it.').waitFor();
    await frame.locator('.card img').first().waitFor({ timeout: 60_000 });
    await takePicture(page, 'results');
    await frame
      .getByRole('button', { name: /images? of sad, taken for / })
      .first()
      .click();
    const gallery = await webview(page, `${DATASET}: Gallery`, 60);
    const chosen = () => gallery.locator('#choice-filter option:checked').textContent();
    await expect.poll(chosen).toMatch(/^Round 0: sad taken for /);
    await expect.poll(() => gallery.locator('.count').textContent()).toMatch(/^[1-4] of 36/);
    await takePicture(page, 'results gallery');
    await page.getByRole('tab', { name: `${DATASET}: Results` }).click();
    const again = await webview(page, `${DATASET}: Results`, 60);
    await again.locator('.card').first().click();
    const suspicious = await webview(page, `${DATASET}: Gallery`, 60);
    await expect
      .poll(() => suspicious.locator('#choice-filter option:checked').textContent())
      .toBe('Suspicious labels');
  });

  it('are said to be of before when a label was changed, and Train Again mends that', async () => {
    const { page } = workbench;
    await answered([[image('happy', 2), 'happy']]);
    const rounds = page.getByRole('treeitem', { name: /^Rounds/ });
    await page.locator('.activitybar .action-item a[aria-label^="Warmstart"]').click();
    await expect.poll(() => rounds.getAttribute('aria-label')).toContain('labels changed');
    await takePicture(page, 'results stale');
    await runCommand(page, 'Warmstart: Train Again');
    await expect.poll(() => rounds.getAttribute('aria-label'), { timeout: 60_000 }).not.toContain('labels changed');
  });
});
