import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { importFolder } from '../../../src/engine/commands/import';
import { label } from '../../../src/engine/commands/label';
import { silentJob } from '../../../src/engine/job';
import { writeImages } from '../../support/pictures';
import { answer, pick, runCommand } from '../../support/workbench/palette';
import { webview } from '../../support/workbench/webviews';
import { openWorkbench, type Workbench, workbenchMissing } from '../../support/workbench/workbench';
import { takePicture } from '../pages/takePicture';
import { endings } from './endings';

const DATASET = 'photos';
const NAME = 'own labels';

describe.skipIf(workbenchMissing())('the benchmark wizard in the packaged extension', () => {
  let workbench: Workbench;
  let folder: string;
  let benchmarks: string;
  const wizard = (page: Page, text: string) => page.locator('.quick-input-widget', { hasText: text });
  const question = (page: Page, text: string) => page.getByPlaceholder(text);
  const back = (page: Page) => page.locator('.quick-input-widget').getByRole('button', { name: /^Back/ }).click();
  const ok = (page: Page) => page.locator('.quick-input-widget').getByRole('button', { name: 'OK' }).click();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ws-benchmark-'));
    benchmarks = join(folder, 'warmstart', DATASET, 'benchmarks');
    // sub-folders that are no classes: what people say is all that is known
    await writeImages(join(folder, DATASET), { classes: ['monday', 'tuesday'], train: 20, test: 0 });
    const request = { workspace: folder, folder: join(folder, DATASET), layout: 'folders' as const };
    await importFolder({ ...request, classes: ['calm', 'lively'], encoder: 'hog' }, silentJob);
    const rows = ['monday', 'tuesday'].flatMap((day, c) =>
      Array.from({ length: 15 }, (_, i) => `train/${day}/train-${i}.png,${c === 0 ? 'calm' : 'lively'}`),
    );
    const csv = join(folder, 'labels.csv');
    await writeFile(csv, ['image,label', ...rows].join('\n'));
    await label({ workspace: folder, dataset: DATASET, annotator: 'anna', overwrite: true, from: { csv } }, silentJob);
    workbench = await openWorkbench({ folder, settings: { 'warmstart.strategy': 'margin' } });
  });
  endings(
    () => workbench,
    () => folder,
  );

  it('goes back and on, keeps what was answered, and compares strategies on the labels that people gave', async () => {
    const { page } = workbench;
    await runCommand(page, 'Warmstart: Benchmark Strategies…');
    await question(page, 'the 30 labels given so far answer').waitFor({ timeout: 60_000 });
    await takePicture(page, 'benchmark labels');
    await pick(page, 'Custom…');
    await wizard(page, 'number of trainings').waitFor();
    await answer(page, '4, 4, none');
    await wizard(page, 'Give three whole numbers').waitFor();
    await answer(page, '4, 4, 3');
    const strategies = question(page, 'Which strategies?');
    await strategies.waitFor();
    await page.locator('.quick-input-widget .monaco-list-row', { hasText: 'Entropy' }).click();
    await takePicture(page, 'benchmark strategies');
    await back(page);
    await expect.poll(() => page.locator('.quick-input-widget input.input').first().inputValue()).toBe('4, 4, 3');
    await page.keyboard.press('Enter');
    await strategies.waitFor();
    await ok(page);
    await question(page, 'What do models look at?').waitFor();
    await back(page);
    await strategies.waitFor();
    await wizard(page, '3 Selected').waitFor(); // as it was left, though it was left by Back
    await ok(page);
    await question(page, 'What do models look at?').waitFor();
    await ok(page);
    await pick(page, '1 repetition');
    await answer(page, NAME);
    const ready = wizard(page, 'Run It Here');
    await ready.getByText('3 runs: 3 strategies × 1 repetition').waitFor();
    await ready.getByText('Nobody knows yet how long it takes').waitFor({ timeout: 60_000 });
    await takePicture(page, 'benchmark ready');
    await page.keyboard.press('Enter');
    const chart = await webview(page, `${DATASET}: Benchmark ${NAME}`, 180);
    await chart.locator('svg').first().waitFor({ timeout: 60_000 });
    const report = JSON.parse(await readFile(join(benchmarks, NAME, 'report.json'), 'utf8'));
    expect(report.dataset).toMatchObject({ train: 24, test: 6 });
    expect(report.protocol.budgets).toEqual([4, 8, 12]);
  });

  it('tells about how long it takes once some was timed, and writes the scripts for Slurm into an editor', async () => {
    const { page } = workbench;
    await runCommand(page, 'Warmstart: Benchmark Strategies…');
    await pick(page, 'Few labels');
    await question(page, 'Which strategies?').waitFor();
    await ok(page);
    await question(page, 'What do models look at?').waitFor();
    await ok(page);
    await pick(page, '3 repetitions');
    await answer(page, 'cluster');
    await wizard(page, 'by earlier benchmarks on this machine').waitFor({ timeout: 60_000 });
    await takePicture(page, 'benchmark time');
    await pick(page, 'Write Scripts for Slurm…');
    await answer(page, '01:00:00');
    await answer(page, '--partition=cpu');
    const toast = page.locator('.notification-toast', { hasText: 'Ready: 6 runs and a report' });
    await toast.waitFor({ timeout: 120_000 });
    await page.getByRole('tab', { name: /^slurm\.sh/ }).waitFor();
    await takePicture(page, 'benchmark script');
    const script = await readFile(join(benchmarks, 'cluster/slurm.sh'), 'utf8');
    expect(script).toContain('#SBATCH --time=01:00:00\n');
    expect(script).toContain('#SBATCH --partition=cpu\n');
    expect(script).toContain('#SBATCH --array=0-5\n');
    await toast.getByRole('button', { name: 'Open the Other Script' }).click();
    await page.getByRole('tab', { name: /^slurm-report\.sh/ }).waitFor();
  });
});
