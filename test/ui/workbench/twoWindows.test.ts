import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { projectFolder } from '../../support/folders';
import { labelsOnDisk } from '../../support/labelsOnDisk';
import { runProgram } from '../../support/program';
import { openWorkbench, type Workbench, workbenchMissing } from '../../support/workbench/workbench';
import { takePicture } from '../pages/takePicture';
import { LabellingPanel } from './labelling';

const DATASET = 'faces';
const classes = ['angry', 'disgust', 'fear', 'happy', 'neutral', 'sad', 'surprise'];
const BATCH = 8;

/** Two windows of one person, and the editor of another, each with an extension host and an engine of its own. */
describe.skipIf(workbenchMissing())('windows on one dataset', () => {
  let home: string;
  let directory: string;
  let workbenches: Workbench[] = [];
  let pages: Page[] = [];
  let one: LabellingPanel;
  let two: LabellingPanel;
  let ben: LabellingPanel;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'ws-'));
    const folder = join(home, 'work');
    directory = join(folder, 'warmstart', DATASET);
    await mkdir(folder);
    const cli = join(projectFolder, 'dist', 'cli.js');
    const warmstart = (...args: string[]): Promise<string> =>
      runProgram(process.execPath, [cli, '--quiet', ...args], { cwd: folder, minutes: 3 });
    await warmstart('sample', DATASET, '--faces', '50');
    await warmstart('query', DATASET, '--strategy', 'random', '--budget', String(BATCH));
    const anna = await openWorkbench({ folder, settings: { 'warmstart.annotator': 'anna' } });
    workbenches = [anna];
    const { extensions } = anna;
    const [other] = await Promise.all([
      openWorkbench({ folder, extensions, settings: { 'warmstart.annotator': 'ben' } }),
      anna.another().then((page) => {
        pages = [anna.page, page];
      }),
    ]);
    workbenches.push(other);
    pages.push(other.page);
    [one, two, ben] = await Promise.all(pages.map(openBatch));
  });
  afterAll(async () => {
    await Promise.all(workbenches.map((workbench) => workbench.close()));
    await rm(home, { recursive: true, force: true });
  });
  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail') return;
    for (const [i, page] of pages.entries()) await takePicture(page, `failed windows ${i + 1}`);
  });

  async function openBatch(page: Page): Promise<LabellingPanel> {
    await page.locator('.activitybar .action-item a[aria-label^="Warmstart"]').click();
    await page.getByRole('treeitem', { name: /^Round 1/ }).click();
    return LabellingPanel.of(page, DATASET, 1, classes, directory);
  }
  const position = ({ frame }: LabellingPanel) => frame.locator('.position').textContent();
  const status = ({ frame }: LabellingPanel) => frame.locator('.status').textContent();
  const go = async (panel: LabellingPanel, image: number): Promise<void> => {
    await panel.press('Home');
    for (let i = 1; i < image; i++) await panel.press('ArrowRight');
    await expect.poll(() => position(panel)).toBe(`Image ${image} of ${BATCH}`);
  };
  /** Gives a class to the image that is shown, and waits until the disk has it. */
  const label = async (panel: LabellingPanel, annotator: string, name: string): Promise<string> => {
    const image = await panel.image();
    await panel.frame.locator('.stage .picture img').waitFor();
    await panel.press(String(classes.indexOf(name) + 1));
    await expect.poll(async () => (await labelsOnDisk(directory, annotator))[image]?.label).toBe(name);
    await expect.poll(() => panel.image()).not.toBe(image);
    return image;
  };
  const given = async (annotator: string) =>
    Object.values(await labelsOnDisk(directory, annotator))
      .map((entry) => entry.label)
      .sort();

  it('keeps what one person answers in both at the same time, and shows it in each', async () => {
    await go(two, 4);
    const three = async (panel: LabellingPanel, name: string): Promise<string[]> => {
      const images: string[] = [];
      for (let i = 0; i < 3; i++) images.push(await label(panel, 'anna', name));
      return images;
    };
    const [first, second] = await Promise.all([three(one, 'angry'), three(two, 'sad')]);
    expect(new Set([...first, ...second]).size).toBe(6);
    expect(await given('anna')).toEqual([...Array(3).fill('angry'), ...Array(3).fill('sad')]);
    for (const panel of [one, two]) {
      await expect.poll(() => panel.progress()).toEqual({ answered: 6, asked: BATCH });
      await go(panel, 2);
      expect(await status(panel)).toBe('angry');
      await go(panel, 5);
      expect(await status(panel)).toBe('sad');
    }
  });

  it('ends with one answer when both answer the same image at once, and both show that one', async () => {
    await Promise.all([go(one, 7), go(two, 7)]);
    const image = await one.image();
    await Promise.all([one.press('4'), two.press('5')]);
    await expect.poll(async () => (await labelsOnDisk(directory, 'anna'))[image]?.label).toMatch(/^(happy|neutral)$/);
    // who came second is asked; here the first answer stays
    const discard = (panel: LabellingPanel) => panel.frame.getByRole('button', { name: 'Discard' });
    const asked = () => Promise.all([one, two].map((panel) => discard(panel).isVisible()));
    await expect.poll(async () => (await asked()).includes(true)).toBe(true);
    const loser = (await discard(one).isVisible()) ? one : two;
    await discard(loser).click();
    for (const panel of [one, two]) {
      await go(panel, 7);
      const { label: kept } = (await labelsOnDisk(directory, 'anna'))[image];
      await expect.poll(() => status(panel)).toBe(kept);
    }
    expect(await given('anna')).toHaveLength(7);
  });

  it('adds what another person answers, and tells where they disagree', async () => {
    await expect.poll(() => ben.progress()).toEqual({ answered: 7, asked: BATCH });
    await go(ben, 8);
    await ben.press('7');
    await expect.poll(() => given('ben')).toEqual(['surprise']);
    await ben.frame.getByRole('button', { name: 'Review This Batch' }).click();
    await go(ben, 1);
    expect(await status(ben)).toBe('answered by anna');
    await label(ben, 'ben', 'fear');
    for (const panel of [one, two]) {
      await expect.poll(() => panel.isFinished()).toBe(true);
      await panel.frame.getByRole('button', { name: 'Review This Batch' }).click();
      await go(panel, 1);
      await expect.poll(() => status(panel)).toBe('angry, ben says fear');
      await go(panel, 8);
      expect(await status(panel)).toBe('answered by ben');
    }
    expect(await given('anna')).toHaveLength(7);
    expect(await given('ben')).toEqual(['fear', 'surprise']);
  });

  it('counts the same in the tree of every window: what is disputed is no label', async () => {
    for (const page of pages) {
      await page.getByRole('treeitem', { name: `Round 1, ${BATCH}/${BATCH} labelled` }).waitFor();
      await page.getByRole('treeitem', { name: new RegExp(`^${DATASET}, ${BATCH - 1} labels · 1 disputed`) }).waitFor();
    }
    await pages[2].getByRole('treeitem', { name: new RegExp(`^${DATASET}, `) }).hover();
    const hover = pages[2].locator('.monaco-hover', { hasText: 'Annotators disagree on 1 image.' }).first();
    await expect.poll(() => hover.isVisible()).toBe(true);
  });
});
