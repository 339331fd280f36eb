import { mkdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ForkedEngine } from '../../src/extension/engine/forkedEngine';
import { type DatasetRef, datasetRef } from '../../src/shared/workspace/paths';
import { engineProgram } from '../support/built';
import { findChromium } from '../support/machine/chromium';
import { findOrWhy } from '../support/machine/unavailable';
import { writeImages } from '../support/pictures';
import { l10n } from '../support/vscodeStub';
import { violations } from './pages/axe';
import { openPages } from './pages/openPages';
import { openRound } from './pages/roundView';
import type { ThemeName } from './pages/themes';

const classes = ['angry', 'disgust', 'happy', 'sad'];
const pictures = '.test-output/round';

describe.skipIf(findOrWhy(findChromium).why)("the page of a round's results", () => {
  const pages = openPages<{ remove(): Promise<void> }>();
  const write = () => undefined;
  let engine: ForkedEngine;
  let workspace = '';
  let ref: DatasetRef;
  let wrong: string[] = [];

  /** Real images, labelled but for one class, some wrongly, and trained on by the real engine. */
  beforeAll(async () => {
    mkdirSync(pictures, { recursive: true });
    engine = new ForkedEngine({
      program: engineProgram,
      version: '0.0.0-test',
      log: { info: write, warn: write, error: write },
      l10n,
    });
    workspace = await mkdtemp(join(tmpdir(), 'warmstart-round-'));
    await writeImages(join(workspace, 'faces'), { classes, train: 16, test: 6 });
    const { name } = await engine.run('import', { workspace, folder: join(workspace, 'faces') }, {});
    ref = datasetRef(workspace, name);
    const at = { workspace, dataset: name };
    const { images } = await engine.request('images/list', at);
    const pool = images.filter((id) => id.startsWith('train/') && !id.includes('/disgust/'));
    wrong = pool.filter((_, i) => i % 16 === 3);
    const additions = pool.map((image, i) => {
      const right = image.split('/')[1] as string;
      const label = wrong.includes(pool[i] as string) ? (right === 'sad' ? 'happy' : 'sad') : right;
      return { image, entry: { label, at: '2026-01-31T12:00:00.000Z', seconds: 1 } };
    });
    await engine.request('labels/add', { ...at, annotator: 'anna', additions, overwrite: false });
    await engine.run('train', { ...at, learner: 'auto', seed: 0 }, {});
  }, 180_000);
  afterAll(async () => {
    engine?.dispose();
    await rm(workspace, { recursive: true, force: true, maxRetries: 10 });
  });

  const show = async (options: Parameters<typeof openRound>[3] = {}) => {
    const view = await openRound(pages.browser, ref, engine, options);
    pages.closeLater(view, { remove: async () => {} });
    await view.page.locator('.card').first().waitFor({ timeout: 30_000 });
    return view;
  };

  it('shows figures of each class and warns of one without a label', async () => {
    const { page, complaints } = await show();
    expect(await page.locator('h1').textContent()).toBe('Results of faces');
    expect(await page.locator('.line').first().textContent()).toMatch(
      /^Round 0: trained on 48 labels\. Accuracy [\d.]+ % \([\d.]+ % to [\d.]+ % at 95 %\), macro-F1 [\d.]+ %\.$/,
    );
    expect(await page.locator('.hint').first().textContent()).toBe('Measured on 24 test images.');
    expect(await page.locator('.message').allTextContents()).toEqual([
      'No label of disgust yet: the model can never answer it.',
    ]);
    const row = page.getByRole('table', { name: 'Classes' }).getByRole('row', { name: /^disgust/ });
    expect(await row.getByRole('cell').allTextContents()).toEqual(['0', '6', '0.0 %', '–']);
    expect(complaints).toEqual([]);
  });

  it('opens the images of a cell of the matrix, by the mouse and by keys alone', async () => {
    const { page, wishes } = await show();
    const matrix = page.getByRole('table', { name: 'Confusion Matrix' });
    const buttons = matrix.getByRole('button');
    const counts = (await buttons.allTextContents()).map(Number);
    expect(counts.reduce((sum, n) => sum + n, 0)).toBe(24);
    await buttons.first().click();
    await expect.poll(() => wishes.length).toBe(1);
    expect(wishes[0]?.images).toHaveLength(counts[0] as number);
    expect(wishes[0]?.title).toMatch(/^Round 0: angry/);
    await page.locator('#round').focus();
    await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect.poll(() => wishes.length).toBe(2);
    expect(wishes[1]?.title).toMatch(/^Round 0: disgust taken for /);
    for (const image of wishes[1]?.images ?? []) expect(image).toContain('test/disgust/');
    // one stop of the Tab key for the whole matrix
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.className')).toBe('card');
  });

  it('lists suspicious labels with their pictures, and opens them in the gallery', async () => {
    const { page, wishes } = await show();
    const first = page.locator('.card').first();
    expect(await first.textContent()).toMatch(/^Labelled (angry|happy|sad)rather (angry|happy|sad), \d+ %$/);
    await expect
      .poll(() =>
        first.locator('img').evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth > 0),
      )
      .toBe(true);
    await first.click();
    await expect.poll(() => wishes.length).toBe(1);
    expect(wishes[0]).toMatchObject({ title: 'Suspicious labels', sort: 'suspicion' });
    expect(wishes[0]?.images[0]).toBe(wishes[0]?.image);
    expect(new Set(wishes[0]?.images)).toEqual(new Set(wrong));
  });

  it('follows a training and another choice of round, and says what is damaged', async () => {
    const { page, reload } = await show();
    await writeFile(join(ref.directory, 'results/0003.json'), '{"schema":');
    await expect.poll(() => page.locator('.message').allTextContents()).toHaveLength(2);
    expect(await page.locator('.message').first().textContent()).toContain('results/0003.json: ');
    await page.locator('#round').selectOption('0');
    await expect.poll(() => page.evaluate("JSON.parse(sessionStorage.getItem('kept')).round")).toBe(0);
    await reload();
    expect(await page.locator('#round').inputValue()).toBe('0');
  });

  it.each<[ThemeName, number]>([
    ['light', 900],
    ['dark', 900],
    ['contrast', 900],
    ['contrastLight', 900],
    ['dark', 420],
  ])('has nothing that axe-core finds fault with: %s, %i pixels wide', async (theme, width) => {
    const { page } = await show({ theme, width });
    await page.screenshot({ path: join(pictures, `round-${theme}-${width}.png`), fullPage: true });
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
  });
});
