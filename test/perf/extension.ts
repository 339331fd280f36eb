import { existsSync, writeFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Frame, Page } from 'playwright-core';
import { outputFolder, projectFolder } from '../support/folders';
import { writeManyImages } from '../support/pictures';
import { runProgram } from '../support/program';
import { runCommand } from '../support/workbench/palette';
import { webview } from '../support/workbench/webviews';
import { openWorkbench, type Workbench } from '../support/workbench/workbench';
import { Moments, quantiles, Way } from './moments';
import { clickedAt, pageLoad, pressAndWait, watchWindow } from './watching';

const NAME = 'many';
const BATCH = 1_000;
const [WIDTH, HEIGHT] = [1280, 800];
/** Milliseconds of computing in the extension host meanwhile, by whatever extension. */
const HOST = 'extension host, computed';
const CLASSES = ['angry', 'happy', 'sad'];

const rounded = (milliseconds: number): number => Math.round(milliseconds * 10) / 10;

/** One line: the figure, whose share of it is how much, and how much of it the extension's process computed. */
function report(figure: string, milliseconds: number, split: Readonly<Record<string, number>> = {}): void {
  const parts = Object.fromEntries(Object.entries(split).map(([name, part]) => [name, rounded(part)]));
  console.log(JSON.stringify({ figure, milliseconds: rounded(milliseconds), ...parts }));
}

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

type Figure = Readonly<Record<string, number>>;

/**
 * From the click on our place in the activity bar to the dataset's row, with the activation in it: right after the window
 * was loaded, or once its extension host has started.
 */
async function openTree({ page, reload }: Workbench, moments: Moments, hostRuns: boolean): Promise<Figure> {
  await page.locator('.activitybar .action-item a[aria-label^="Explorer"]').click();
  moments.begin();
  await reload();
  if (hostRuns) await hostStarted(page);
  await page.locator('.activitybar .action-item a[aria-label^="Warmstart"]').click();
  await page.getByRole('treeitem', { name: `${NAME}, ` }).waitFor(); // the Explorer has a row of that name alone
  const shown = await page.evaluate<number>('performance.timeOrigin + performance.now()');
  const told = moments.first('tree told');
  const code = moments.first('code');
  const way = new Way(await clickedAt(page))
    .to('editor: until it loads our code', code.at)
    .to('ours: running our code', moments.first('code ran').at)
    .to('editor: until it activates us', moments.first('activate').at)
    .to('ours: activate', moments.first('activated').at)
    .to('editor: until it asks for the tree', moments.first('tree asked').at)
    .to('ours: reading', told.at)
    .to('editor: drawing', shown);
  return { total: way.milliseconds, ...way.split, [HOST]: told.cpu - code.cpu };
}

/** Waits until extensions that start by themselves have done so. */
async function hostStarted(page: Page): Promise<void> {
  await runCommand(page, 'Developer: Show Running Extensions');
  const times = page.locator('.runtime-extensions-editor .extension .activation-time', { hasText: /\d+\s*ms/ });
  await times.first().waitFor();
  await closeRunningExtensions(page);
}

/** What VS Code itself measured: reading and running our code until `activate` returns. */
async function activation(page: Page): Promise<number> {
  await page.setViewportSize({ width: WIDTH, height: 4 * HEIGHT }); // of a long list only what is in sight exists
  await runCommand(page, 'Developer: Show Running Extensions');
  const row = page.locator('.runtime-extensions-editor .extension', { hasText: 'Warmstart' });
  const text = await row.locator('.activation-time').innerText();
  await closeRunningExtensions(page);
  await page.setViewportSize({ width: WIDTH, height: HEIGHT });
  return Number(/(\d+)\s*ms/.exec(text)?.[1]);
}

/** That editor stands before the window, where F1 does not work. */
async function closeRunningExtensions(page: Page): Promise<void> {
  await page.keyboard.press('Escape');
  await page.locator('.runtime-extensions-editor').waitFor({ state: 'hidden' });
}

async function openPanel(page: Page, moments: Moments): Promise<{ frame: Frame; figure: Figure }> {
  await page.getByRole('treeitem', { name: 'Round 1' }).waitFor();
  moments.begin();
  await page.getByRole('treeitem', { name: 'Round 1' }).click();
  const frame = await webview(page, `Label ${NAME}: Round 1`);
  const load = await pageLoad(frame);
  const [label, sent] = [moments.first('label'), moments.first('state')];
  const way = new Way(await clickedAt(page))
    .to('editor: until it runs our command', label.at)
    .to('ours: until the page is handed over', moments.first('page').at)
    .to('editor: until the page is loaded', load.asked)
    .to('editor: serving our script', load.served)
    .to('ours: running the script', load.running)
    .to('editor: until the extension hears of it', moments.first('ready').at)
    .to('ours: the state', sent.at)
    .to('editor: bringing the state', load.state)
    .to('ours: drawing', load.drawn)
    .to('editor: serving the picture', load.picture);
  return { frame, figure: { total: way.milliseconds, ...way.split, [HOST]: sent.cpu - label.cpu } };
}

/** Answers one image after the other by keys. */
async function answer(page: Page, frame: Frame, moments: Moments, presses: number): Promise<Figure[]> {
  await frame.locator('.stage .picture').focus();
  moments.begin();
  const times = [];
  for (let i = 0; i < presses; i++) times.push(await pressAndWait(page, frame, String(1 + (i % CLASSES.length))));
  const asked = moments.of('asked answer');
  const saved = moments.of('answered answer');
  writeFileSync(join(outputFolder, 'perf', 'presses.json'), JSON.stringify(times)); // to look at single ones
  return times.map(({ pressed, handled, answered, counted, drawn }, i) => {
    const way = new Way(pressed)
      .to('editor: bringing the press', asked[i]?.at ?? Number.NaN)
      .to('ours: saving', saved[i]?.at ?? Number.NaN)
      .to('editor: bringing the answer', answered)
      .to('ours: counting', counted)
      .to('browser: the next frame', drawn);
    const computed = (saved[i]?.cpu ?? Number.NaN) - (asked[i]?.cpu ?? Number.NaN);
    return {
      total: way.milliseconds,
      ...way.split,
      'ours: handling the key, meanwhile': handled - pressed,
      [HOST]: computed,
    };
  });
}

function option(name: string, standard: number): number {
  const at = process.argv.indexOf(name);
  return at < 0 ? standard : Number(process.argv[at + 1]);
}

function reportQuantile(name: string, figures: readonly Figure[], share: number): void {
  const { total = Number.NaN, ...split } = quantiles(figures, share);
  report(name, total, split);
}

async function main(): Promise<void> {
  const images = option('--images', 100_000);
  const reloads = option('--reloads', 3);
  const presses = option('--presses', 200);
  const folder = await prepare(images);
  const moments = new Moments(join(outputFolder, 'perf', 'moments.jsonl'));
  const workbench = await openWorkbench({
    folder,
    width: WIDTH,
    height: HEIGHT,
    settings: { 'warmstart.annotator': 'perf' },
    env: { WARMSTART_TRACE: moments.file },
  });
  try {
    const { page } = workbench;
    await watchWindow(page);
    for (const hostRuns of [false, true]) {
      const activations: Figure[] = [];
      const trees: Figure[] = [];
      for (let i = 0; i < reloads; i++) {
        trees.push(await openTree(workbench, moments, hostRuns));
        const [code, ran] = [moments.first('code'), moments.first('code ran')];
        const [activate, activated] = [moments.first('activate'), moments.first('activated')];
        activations.push({
          total: await activation(page),
          'ours: running our code': ran.at - code.at,
          'ours: activate': activated.at - activate.at,
          'ours, computed': ran.cpu - code.cpu + activated.cpu - activate.cpu,
        });
      }
      const when = hostRuns ? 'in a window that runs' : 'right after the window is loaded';
      reportQuantile(`activation, as VS Code measures it, ${when}, median`, activations, 0.5);
      reportQuantile(`tree open, with activation, ${when}, median`, trees, 0.5);
    }
    const { total = Number.NaN, ...split } = (await openPanel(page, moments)).figure;
    report('panel open, first webview of the window', total, split);
    const frame = await webview(page, `Label ${NAME}: Round 1`);
    const [first = {}, ...others] = await answer(page, frame, moments, presses);
    reportQuantile('first key press, with the start of the engine', [first], 0.5);
    reportQuantile('key press to saved and next image, median', others, 0.5);
    reportQuantile('key press to saved and next image, 95th percentile', others, 0.95);
    const again: Figure[] = [];
    for (let i = 0; i < reloads; i++) {
      await runCommand(page, 'View: Close All Editors');
      again.push((await openPanel(page, moments)).figure);
    }
    reportQuantile('panel open again, median', again, 0.5);
  } catch (error) {
    await workbench.page.screenshot({ path: join(outputFolder, 'perf', 'failed.png') });
    throw error;
  } finally {
    await workbench.close();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
