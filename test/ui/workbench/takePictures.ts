import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Frame, Page } from 'playwright-core';
import sharp from 'sharp';
import { outputFolder, projectFolder } from '../../support/folders';
import { runProgram } from '../../support/program';
import { answer, pick, runCommand } from '../../support/workbench/palette';
import { webview } from '../../support/workbench/webviews';
import { openWorkbench, type Workbench } from '../../support/workbench/workbench';
import { takePicture } from '../pages/takePicture';

const DATASET = 'sample-faces';
const ROUNDS = 2;

/** A copy of the demo's folder with two rounds answered and a third one open. */
async function copyWithRounds(from: string): Promise<string> {
  const folder = join(await mkdtemp(join(tmpdir(), 'ws-pictures-')), 'faces');
  await cp(from, folder, { recursive: true });
  const cli = join(projectFolder, 'dist', 'cli.js');
  const warmstart = (...args: string[]): Promise<string> =>
    runProgram(process.execPath, [cli, '--quiet', ...args], { cwd: folder, minutes: 10 });
  const present = await readdir(join(folder, 'warmstart', DATASET, 'rounds')).catch(() => []);
  for (let round = present.length; round < ROUNDS; round++) {
    await warmstart('query', DATASET);
    await warmstart('label', DATASET, '--oracle', '--annotator', 'anna');
    await warmstart('train', DATASET);
  }
  if (present.length <= ROUNDS) await warmstart('query', DATASET);
  return folder;
}

const CHANGES = 60;

/** Waits until two pictures in a row are the same: themes, layouts and what is being loaded have settled. */
async function untilStill(page: Page): Promise<void> {
  let before = await page.screenshot();
  for (let i = 0; i < CHANGES; i++) {
    await page.waitForTimeout(250);
    const now = await page.screenshot();
    if (now.equals(before)) return;
    before = now;
  }
  throw new Error('The window does not stop changing.');
}

async function takeStill(page: Page, name: string, options?: { readonly readme?: boolean }): Promise<void> {
  await untilStill(page);
  await takePicture(page, name, options);
}

/** Nothing of the workbench that is not ours: notifications, what has the focus in the tree. */
async function tidy(page: Page): Promise<void> {
  await runCommand(page, 'Notifications: Clear All Notifications');
  await page.mouse.move(640, 795);
}

async function openBatch({ page }: Workbench): Promise<Frame> {
  await page.getByRole('treeitem', { name: /^Round 3/ }).click();
  const frame = await webview(page, `Label ${DATASET}: Round 3`);
  await frame.locator('.stage .picture img').waitFor();
  return frame;
}

async function press(frame: Frame, page: Page, keys: readonly string[]): Promise<void> {
  for (const key of keys) {
    const bar = frame.locator('[role=progressbar]');
    const before = await bar.getAttribute('aria-valuenow');
    await frame.locator('.stage .picture').focus();
    await page.keyboard.press(key);
    while ((await bar.getAttribute('aria-valuenow')) === before) await page.waitForTimeout(50);
  }
}

/** Themes of VS Code and the class by which its window shows one. */
const themes = {
  'Light Modern': 'vs',
  'Dark Modern': 'vs-dark',
  'Dark High Contrast': 'hc-black',
  'Light High Contrast': 'hc-light',
} as const;
type Theme = keyof typeof themes;

async function theme(workbench: Workbench, name: Theme, picture: string): Promise<void> {
  await useTheme(workbench, name);
  await takeStill(workbench.page, picture);
}

async function useTheme({ page }: Workbench, name: Theme): Promise<void> {
  await runCommand(page, 'Preferences: Color Theme');
  await page.locator('.quick-input-widget input.input').first().fill(name);
  await pick(page, name);
  await page.locator(`.monaco-workbench.${themes[name]}`).waitFor();
}

async function labelling(workbench: Workbench): Promise<void> {
  const { page } = workbench;
  const frame = await openBatch(workbench);
  await press(frame, page, ['1', '4', '6', '5', 'Space', '7']);
  await tidy(page);
  await frame.locator('.stage .picture').focus();
  await takeStill(page, 'labelling', { readme: true });
  await page.keyboard.press('F');
  await page.keyboard.press('?');
  await takeStill(page, 'labelling help');
  await page.keyboard.press('Escape');
  await theme(workbench, 'Dark Modern', 'labelling dark');
  await theme(workbench, 'Dark High Contrast', 'labelling contrast');
  await theme(workbench, 'Light High Contrast', 'labelling contrast light');
  await useTheme(workbench, 'Light Modern');
  await frame.locator('.stage .picture').focus();
  await page.keyboard.press('g');
  await takeStill(page, 'grid');
  await page.keyboard.press('g');
  await page.setViewportSize({ width: 640, height: 800 });
  await takeStill(page, 'labelling narrow');
  await page.setViewportSize({ width: 1280, height: 480 });
  await takeStill(page, 'labelling low');
  await page.setViewportSize({ width: 1280, height: 800 });
}

async function charts(workbench: Workbench): Promise<void> {
  const { page } = workbench;
  await runCommand(page, 'View: Close All Editors');
  await page.getByRole('treeitem', { name: /^Benchmarks/ }).click();
  await page.getByRole('treeitem', { name: /^demo/ }).click();
  const frame = await webview(page, new RegExp(`^${DATASET}: .*demo`));
  await frame.locator('.plot svg').waitFor();
  await tidy(page);
  await takeStill(page, 'curve', { readme: true });
  await theme(workbench, 'Dark Modern', 'curve dark');
  await theme(workbench, 'Dark High Contrast', 'curve contrast');
  await useTheme(workbench, 'Light Modern');
  await runCommand(page, 'View: Close All Editors');
  await runCommand(page, 'Warmstart: Show Accuracy vs Budget');
  const own = await webview(page, `${DATASET}: Accuracy vs Budget`);
  await own.locator('.plot svg').waitFor();
  await takeStill(page, 'curve of the run');
  await page.setViewportSize({ width: 640, height: 800 });
  await takeStill(page, 'curve narrow');
  await page.setViewportSize({ width: 1280, height: 800 });
}

async function job({ page }: Workbench): Promise<void> {
  await runCommand(page, 'View: Close All Editors');
  await runCommand(page, 'Warmstart: Pre-train Encoder');
  await page.locator('.quick-input-widget').waitFor();
  await takeStill(page, 'pre-training asked');
  await pick(page, 'Custom').catch(() => undefined);
  await answer(page, '2').catch(() => undefined);
  await page.waitForTimeout(15_000); // some epochs, for a picture of work on its way
  await takePicture(page, 'job running');
  await runCommand(page, 'Warmstart: Stop');
  await takeStill(page, 'job stopped');
}

const WALKTHROUGH_WIDTH = 720;

/** The editor alone, small enough to ship. */
async function takeStep(page: Page, name: string): Promise<void> {
  await tidy(page);
  await untilStill(page);
  const clip = (await page.locator('.part.editor .editor-container').first().boundingBox()) ?? undefined;
  const picture = await page.screenshot(clip ? { clip } : {});
  await sharp(picture)
    .resize({ width: WALKTHROUGH_WIDTH })
    .png({ palette: true, colours: 64, effort: 10 })
    .toFile(join(projectFolder, 'media', 'walkthrough', `${name}.png`));
}

/** What the steps of the walkthrough show, in a light and a dark theme. */
async function walkthrough(workbench: Workbench): Promise<void> {
  const { page } = workbench;
  for (const [name, kind] of [
    ['Light Modern', 'light'],
    ['Dark Modern', 'dark'],
  ] as const) {
    await runCommand(page, 'View: Close All Editors');
    await useTheme(workbench, name);
    await runCommand(page, 'Warmstart: Open Gallery');
    const gallery = await webview(page, `${DATASET}: Gallery`);
    await gallery.locator('.tile img').first().waitFor();
    await takeStep(page, `gallery-${kind}`);
    await runCommand(page, 'View: Close All Editors'); // else it opens beside
    const batch = await openBatch(workbench);
    if ((await batch.locator('[role=progressbar]').getAttribute('aria-valuenow')) === '0')
      await press(batch, page, ['1', '4', '6']);
    await batch.locator('.stage .picture').focus();
    await takeStep(page, `label-${kind}`);
    await runCommand(page, 'View: Close All Editors');
    await runCommand(page, 'Warmstart: Show Accuracy vs Budget');
    const own = await webview(page, `${DATASET}: Accuracy vs Budget`);
    await own.locator('.plot svg').waitFor();
    await takeStep(page, `curve-${kind}`);
    await runCommand(page, 'Warmstart: Use an Encoder…');
    const list = page.locator('.quick-input-widget');
    await list.getByRole('option').first().waitFor();
    await untilStill(page);
    await sharp(await list.screenshot())
      .png({ palette: true, colours: 64, effort: 10 })
      .toFile(join(projectFolder, 'media', 'walkthrough', `encoder-${kind}.png`));
    await page.keyboard.press('Escape');
  }
}

async function welcome(): Promise<void> {
  const workbench = await openWorkbench();
  try {
    const { page } = workbench;
    await page.locator('.activitybar .action-item a[aria-label^="Warmstart"]').click();
    await page.locator('.welcome-view .monaco-button').first().waitFor();
    await takeStill(page, 'welcome');
    await page.locator('.welcome-view .monaco-button', { hasText: 'How it works' }).click();
    await page.locator('.gettingStartedContainer .step-title').first().waitFor();
    await takeStill(page, 'walkthrough');
    await page.setViewportSize({ width: 1700, height: 1000 });
    await takeStill(page, 'walkthrough wide');
  } finally {
    await workbench.close();
  }
}

async function main(): Promise<void> {
  const at = process.argv.indexOf('--from');
  const only = process.argv.slice(2).filter((word) => word in parts);
  const folder = await copyWithRounds(resolve(at < 0 ? 'demo' : (process.argv[at + 1] ?? '')));
  const workbench = await openWorkbench({ folder, settings: { 'warmstart.annotator': 'anna' } });
  try {
    const { page } = workbench;
    await page.locator('.activitybar .action-item a[aria-label^="Warmstart"]').click();
    await page.getByRole('treeitem', { name: /^Round 3/ }).waitFor();
    await takeStill(page, 'tree');
    for (const [name, part] of Object.entries(parts))
      if (only.length === 0 || only.includes(name)) await part(workbench);
  } catch (error) {
    await takePicture(workbench.page, 'failed');
    throw error;
  } finally {
    await workbench.close();
    await rm(resolve(folder, '..'), { recursive: true, force: true });
  }
}

const parts: Readonly<Record<string, (workbench: Workbench) => Promise<void>>> = {
  labelling,
  charts,
  job,
  walkthrough,
  welcome,
};

main().then(
  () => console.log(`The pictures are in ${join(outputFolder, 'ui')} and docs/pictures; look at each.`),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
