import { join } from 'node:path';
import type { Frame, Page } from 'playwright-core';
import { projectFolder } from '../host/vscode/folders';
import { runProgram } from '../host/vscode/program';
import { runCommand } from '../ui/workbench/palette';
import { webview } from '../ui/workbench/webviews';
import { openWorkbench } from '../ui/workbench/workbench';
import { writeManyImages } from './manyImages';

const NAME = 'many';
const BATCH = 1_000;
const PRESSES = 200;
const CLASSES = ['angry', 'happy', 'sad'];

const report = (figure: string, milliseconds: number): void =>
  console.log(JSON.stringify({ figure, milliseconds: Math.round(milliseconds * 10) / 10 }));

/** A large dataset with a round that asks for many images. */
async function prepare(folder: string, images: number): Promise<void> {
  const cli = join(projectFolder, 'dist', 'cli.js');
  const warmstart = (...args: string[]): Promise<string> =>
    runProgram(process.execPath, [cli, ...args], { cwd: folder, minutes: 60 });
  await writeManyImages(join(folder, NAME), images, CLASSES);
  await warmstart('import', NAME, '--layout', 'folders');
  await warmstart('query', NAME, '--strategy', 'random', '--budget', String(Math.min(BATCH, images)));
}

/** From the press of a class key to the next image on the screen with the answer saved, in milliseconds. */
async function pressAndWait(page: Page, frame: Frame): Promise<number> {
  const bar = frame.locator('[role=progressbar]');
  const before = Number(await bar.getAttribute('aria-valuenow'));
  // in the page, so that the way between the test and the browser is not measured
  const measured = frame.evaluate<number>(`new Promise((resolve) => {
    let start = 0;
    document.addEventListener('keydown', () => { start = performance.now(); }, { once: true, capture: true });
    const observer = new MutationObserver(() => {
      if (Number(document.querySelector('[role=progressbar]').getAttribute('aria-valuenow')) <= ${before}) return;
      observer.disconnect();
      requestAnimationFrame(() => resolve(performance.now() - start));
    });
    // the live region says "Saved" when the extension has confirmed it
    observer.observe(document.querySelector('[role=status]'), { childList: true, characterData: true, subtree: true });
  })`);
  await page.keyboard.press(String(1 + (before % CLASSES.length)));
  return measured;
}

async function main(): Promise<void> {
  const at = process.argv.indexOf('--images');
  const images = at < 0 ? 100_000 : Number(process.argv[at + 1]);
  const workbench = await openWorkbench({ settings: { 'warmstart.annotator': 'perf' } });
  try {
    const { page, folder } = workbench;
    await prepare(folder, images);
    await workbench.reload(); // the extension begins anew, with the dataset there
    let start = performance.now();
    await page.locator('.activitybar .action-item a[aria-label^="Warmstart"]').click();
    await page.getByRole('treeitem', { name: NAME }).waitFor();
    report('tree open, with activation', performance.now() - start);
    await runCommand(page, 'Warmstart: Label Current Batch');
    start = performance.now(); // the command has been chosen
    const frame = await webview(page, `Label ${NAME}: Round 1`);
    await frame.locator('.stage .picture img').waitFor();
    report('panel open', performance.now() - start);
    await frame.locator('body').focus();
    const times: number[] = [];
    for (let i = 0; i < PRESSES; i++) times.push(await pressAndWait(page, frame));
    times.sort((a, b) => a - b);
    report('key press to saved and next image, median', times[Math.floor(PRESSES / 2)] ?? Number.NaN);
    report('key press to saved and next image, 95th percentile', times[Math.floor(0.95 * PRESSES)] ?? Number.NaN);
  } finally {
    await workbench.close();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
