import { mkdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ForkedEngine } from '../../src/extension/engine/forkedEngine';
import { engineProgram } from '../support/built';
import { findChromium } from '../support/machine/chromium';
import { findOrWhy } from '../support/machine/unavailable';
import { writeImages } from '../support/pictures';
import { l10n } from '../support/vscodeStub';
import { unreadable, writeWorstFolder } from '../support/worstFolder';
import { axeLooks, violations } from './pages/axe';
import { openImport } from './pages/importView';
import { expectDropped } from './pages/junk';
import { openPages } from './pages/openPages';

const pictures = '.test-output/import';

describe.skipIf(findOrWhy(findChromium).why)('the page that shows how a folder is read', () => {
  const pages = openPages<{ remove(): Promise<void> }>();
  const write = () => undefined;
  let engine: ForkedEngine;
  let workspace = '';

  beforeAll(async () => {
    mkdirSync(pictures, { recursive: true });
    engine = new ForkedEngine({
      program: engineProgram,
      version: '0.0.0-test',
      log: { info: write, warn: write, error: write },
      l10n,
    });
    workspace = await mkdtemp(join(tmpdir(), 'warmstart-import-'));
    await writeImages(join(workspace, 'clean'), { classes: ['angry', 'happy', 'sad'], train: 8, test: 3 });
    await writeWorstFolder(join(workspace, 'party'));
  }, 180_000);
  afterAll(async () => {
    engine?.dispose();
    await rm(workspace, { recursive: true, force: true, maxRetries: 10 });
  });

  const show = async (name: string, options: Parameters<typeof openImport>[3] = {}) => {
    const view = await openImport(pages.browser, { workspace, folder: join(workspace, name) }, engine, options);
    pages.closeLater(view, { remove: async () => {} });
    return view;
  };

  it('takes one Enter where everything is clear', async () => {
    const { page, decided, complaints } = await show('clean');
    expect(await page.locator('h1').textContent()).toBe('This is how I read clean');
    expect(await page.locator('.summary').textContent()).toContain('33 images: 24 to learn from, 9 to test on.');
    expect(await page.locator('.message').count()).toBe(0);
    expect(await page.getByRole('radio', { name: 'Each folder is a class' }).isChecked()).toBe(true);
    const rows = page.getByRole('table').getByRole('row');
    expect(await rows.nth(1).innerText()).toMatch(/angry\s+8\s+3/);
    await page.getByText('All 33 images can be read.').waitFor({ timeout: 60_000 });
    await expect
      .poll(() =>
        page
          .locator('.picture')
          .evaluateAll((all) => all.map((one) => (one as never as { naturalWidth: number }).naturalWidth)),
      )
      .toEqual(Array(8).fill(24));
    await page.keyboard.press('Enter');
    await expect.poll(() => decided).toEqual([{ classFolders: true }]);
    expect(complaints).toEqual([]);
  });

  it('says what is not clear of the worst folder of all, and what cannot be read', async () => {
    const { page, complaints } = await show('party');
    expect(await page.locator('.message').allTextContents()).toEqual([
      'test: the name says that it may be a part of the images; nobody but you can know. Look at Learning and Testing.',
      expect.stringMatching(/^These folders may not be classes: names like 2019-05 Berlin and 2020 Rom/),
    ]);
    expect(await page.getByRole('radio', { name: 'Decide later' }).isChecked()).toBe(true);
    expect(await page.getByLabel('What test is for').inputValue()).toBe('test');
    await page.getByText('13 images can be read. These cannot, and are left out:').waitFor({ timeout: 60_000 });
    const problems = await page.locator('.problems').first().locator('li').allTextContents();
    expect(problems.map((text) => text.split(':')[0])).toEqual(Object.keys(unreadable).sort());
    await page.getByText('Folders of systems and programs were passed over: @eaDir.').waitFor();
    expect(await page.getByText(/^Cropping hides \d+ % of an image on average, and up to \d+ %\.$/).count()).toBe(1);
    expect(complaints).toEqual([]);
  });

  it('is corrected by keys alone, keeps it while hidden, and hands all of it on', async () => {
    const { page, decided, reload } = await show('party');
    const focus = (name: string | RegExp, role: 'radio' | 'checkbox') => page.getByRole(role, { name }).focus();
    await focus('Decide later', 'radio');
    await page.keyboard.press('ArrowUp');
    for (const name of ['2019-05 Berlin', '2020 Rom', 'junk']) {
      await focus(`${name} is a class`, 'checkbox');
      await page.keyboard.press('Space');
      expect(await page.evaluate("document.activeElement.getAttribute('data-folder')")).toBe(name);
    }
    await focus(/Every face in them/, 'radio');
    await page.keyboard.press('Space');
    await page.getByLabel('What test is for').selectOption('');
    await page.getByRole('checkbox', { name: 'test is a class' }).waitFor({ timeout: 60_000 });
    await reload();
    expect(await page.getByRole('checkbox', { name: 'junk is a class' }).isChecked()).toBe(false);
    expect(await page.getByLabel('What test is for').inputValue()).toBe('');
    expect(await page.getByRole('radio', { name: /Every face in them/ }).isChecked()).toBe(true);
    await page.keyboard.press('Enter');
    await expect.poll(() => decided).toEqual([{ splits: false, classes: ['happy', 'sad', 'test'], faces: true }]);
  });

  it('takes typed classes, and says which of them cannot be', async () => {
    const { page, decided } = await show('party');
    await page.getByRole('radio', { name: /these are the classes/ }).check();
    await page.keyboard.type('happy, Happy');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').filter({ hasText: 'in upper and lower case alone' }).waitFor();
    expect(decided).toEqual([]);
    await page.getByLabel('Names of the classes').fill('happy, tired');
    await page.keyboard.press('Enter');
    await expect.poll(() => decided).toEqual([{ test: ['test'], classes: ['happy', 'tired'] }]);
  });

  it('drops what is no message with a line each, and imports what follows', async () => {
    const { page, decided, complaints } = await show('clean');
    await page.getByText('All 33 images can be read.').waitFor({ timeout: 60_000 });
    await expectDropped(page, complaints);
    await page.keyboard.press('Enter');
    await expect.poll(() => decided).toEqual([{ classFolders: true }]);
  });

  it('imports nothing when it is cancelled', async () => {
    const { page, decided } = await show('clean');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await expect.poll(() => decided).toEqual([undefined]);
  });

  it.each([
    ...axeLooks.map(([theme, zoom]) => ['party', theme, zoom, 900] as const),
    ['clean', 'dark', 1, 420] as const,
  ])(
    'has nothing that axe-core finds fault with: %s, %s, zoom %i, %i pixels wide',
    async (name, theme, zoom, width) => {
      const { page } = await show(name, { theme, zoom, width });
      await page.getByText(/images can be read/).waitFor({ timeout: 60_000 });
      await page.screenshot({ path: join(pictures, `${name}-${theme}-${zoom}-${width}.png`), fullPage: true });
      expect(await violations(page)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width / zoom);
    },
    90_000,
  );
});
