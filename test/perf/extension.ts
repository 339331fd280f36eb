import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Frame, Page } from 'playwright-core';
import { outputFolder, projectFolder } from '../host/vscode/folders';
import { runProgram } from '../host/vscode/program';
import { runCommand } from '../ui/workbench/palette';
import { webview } from '../ui/workbench/webviews';
import { openWorkbench, type Workbench } from '../ui/workbench/workbench';
import { writeManyImages } from './manyImages';

const NAME = 'many';
const BATCH = 1_000;
const PRESSES = 200;
const CLASSES = ['angry', 'happy', 'sad'];

const report = (figure: string, milliseconds: number): void =>
  console.log(JSON.stringify({ figure, milliseconds: Math.round(milliseconds * 10) / 10 }));

/** A large dataset with a round that asks for many images, none of them answered; made once for each size. */
async function prepare(images: number): Promise<string> {
  const folder = join(outputFolder, 'perf', `${images}`);
  const dataset = join(folder, 'warmstart', NAME);
  const warmstart = (...args: string[]): Promise<string> =>
    runProgram(process.execPath, [join(projectFolder, 'dist', 'cli.js'), ...args], { cwd: folder, minutes: 60 });
  if (!existsSync(join(dataset, 'dataset.json'))) {
    await mkdir(folder, { recursive: true });
    await writeManyImages(join(folder, NAME), images, CLASSES);
    await warmstart('import', NAME, '--layout', 'folders');
  }
  if (!existsSync(join(dataset, 'rounds', '0001.json')))
    await warmstart('query', NAME, '--strategy', 'random', '--budget', String(Math.min(BATCH, images)));
  await rm(join(dataset, 'labels'), { recursive: true, force: true });
  return folder;
}

/** From the click on our place in the activity bar of a new window to the dataset's row, with the activation in it. */
async function openTree({ page, reload }: Workbench): Promise<number> {
  await page.locator('.activitybar .action-item a[aria-label^="Explorer"]').click();
  await reload();
  const start = performance.now();
  await page.locator('.activitybar .action-item a[aria-label^="Warmstart"]').click();
  await page.getByRole('treeitem', { name: NAME }).waitFor();
  return performance.now() - start;
}

/** What VS Code itself measured. */
async function activation(page: Page): Promise<number> {
  await runCommand(page, 'Developer: Show Running Extensions');
  const row = page.locator('.runtime-extensions-editor .extension', { hasText: 'Warmstart' });
  const text = await row.locator('.activation-time').innerText();
  await page.keyboard.press('Escape'); // that editor stands before the window, where F1 does not work
  await row.waitFor({ state: 'hidden' });
  return Number(/(\d+)\s*ms/.exec(text)?.[1]);
}

async function openPanel(page: Page): Promise<{ frame: Frame; milliseconds: number }> {
  await page.getByRole('treeitem', { name: 'Round 1' }).waitFor();
  const start = performance.now();
  await page.getByRole('treeitem', { name: 'Round 1' }).click();
  const frame = await webview(page, `Label ${NAME}: Round 1`);
  await frame.locator('.stage .picture img').waitFor();
  return { frame, milliseconds: performance.now() - start };
}

/**
 * From the press of a class key to the next image on the screen with the answer saved, in milliseconds. Measured in the
 * page, so that the way between the test and the browser does not count.
 */
async function pressAndWait(page: Page, frame: Frame, key: string): Promise<number> {
  await frame.evaluate(`window.pressed = new Promise((resolve) => {
    const bar = document.querySelector('[role=progressbar]');
    const name = document.querySelector('.stage .name');
    const [before, image] = [Number(bar.getAttribute('aria-valuenow')), name.title];
    let start = 0;
    document.addEventListener('keydown', () => { start = performance.now(); }, { once: true, capture: true });
    // only what the extension has confirmed counts as answered
    const observer = new MutationObserver(() => {
      if (Number(bar.getAttribute('aria-valuenow')) <= before || name.title === image) return;
      observer.disconnect();
      requestAnimationFrame(() => resolve(performance.now() - start));
    });
    observer.observe(bar, { attributeFilter: ['aria-valuenow'] });
  }); 0`);
  await page.keyboard.press(key);
  return frame.evaluate<number>('window.pressed');
}

function option(name: string, standard: number): number {
  const at = process.argv.indexOf(name);
  return at < 0 ? standard : Number(process.argv[at + 1]);
}

const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;

async function main(): Promise<void> {
  const images = option('--images', 100_000);
  const reloads = option('--reloads', 3);
  const folder = await prepare(images);
  const workbench = await openWorkbench({ folder, settings: { 'warmstart.annotator': 'perf' } });
  try {
    const { page } = workbench;
    const activations: number[] = [];
    const trees: number[] = [];
    for (let i = 0; i < reloads; i++) {
      trees.push(await openTree(workbench));
      activations.push(await activation(page));
      console.error(JSON.stringify({ tree: trees.at(-1), activation: activations.at(-1) }));
    }
    report('activation, as VS Code measures it, median', quantile(activations.sort((a, b) => a - b), 0.5)); // biome-ignore format: one line a figure
    report(
      'tree open, with activation, median',
      quantile(
        trees.sort((a, b) => a - b),
        0.5,
      ),
    );
    const first = await openPanel(page);
    report('panel open', first.milliseconds);
    await first.frame.locator('.stage .picture').focus();
    const times: number[] = [];
    for (let i = 0; i < PRESSES; i++)
      times.push(await pressAndWait(page, first.frame, String(1 + (i % CLASSES.length))));
    report('first key press, with the start of the engine', times[0] ?? Number.NaN);
    times.sort((a, b) => a - b);
    report('key press to saved and next image, median', quantile(times, 0.5));
    report('key press to saved and next image, 95th percentile', quantile(times, 0.95));
    await runCommand(page, 'View: Close All Editors');
    report('panel open again', (await openPanel(page)).milliseconds);
  } finally {
    await workbench.close();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
