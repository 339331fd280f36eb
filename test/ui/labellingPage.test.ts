import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { changeClasses } from '../../src/engine/rounds/classChanges';
import { type Batch, type BatchRequest, makeBatch } from '../support/labellingBatch';
import { findChromium } from '../support/machine/chromium';
import { findOrWhy } from '../support/machine/unavailable';
import { axeLooks, violations } from './pages/axe';
import { openLabelling } from './pages/labellingView';
import { announced, openPages, seven } from './pages/openPages';
import { takePicture } from './pages/takePicture';

const files = (n: number) => Array.from({ length: n }, (_, i) => `train/face${String(i).padStart(4, '0')}.png`);

describe.skipIf(findOrWhy(findChromium).why)('the labelling page', () => {
  const pages = openPages<Batch>();

  async function show(request: Partial<BatchRequest> = {}, options: Parameters<typeof openLabelling>[2] = {}) {
    const batch = await makeBatch({ classes: seven, images: files(6), ...request });
    const view = await openLabelling(pages.browser, batch, options);
    pages.closeLater(view, batch);
    return { batch, view, page: view.page };
  }
  const position = (page: Page) => page.locator('.position').textContent();
  const labelsOf = async (batch: Batch) =>
    Object.fromEntries(
      Object.entries(await batch.labels('anna')).map(([image, { label }]) => [image.slice(-8, -4), label ?? null]),
    );

  it('has picture and class buttons on one screen at 200 %', async () => {
    const { page } = await show({}, { width: 1178, height: 596, zoom: 2 });
    await takePicture(page, 'labelling-200-percent');
    const bottoms = await page
      .locator('.stage .picture, .classes .class')
      .evaluateAll((parts) => parts.map((part) => part.getBoundingClientRect().bottom));
    expect(bottoms.length).toBeGreaterThan(seven.length);
    expect(Math.max(...bottoms)).toBeLessThanOrEqual(298);
    const { height } = (await page.locator('.stage .picture').boundingBox()) ?? { height: 0 };
    expect(height).toBeGreaterThan(90);
    const rights = await page
      .locator('.answer-actions .buttons > *')
      .evaluateAll((parts) => parts.map((part) => part.getBoundingClientRect().right));
    expect(Math.max(...rights)).toBeLessThanOrEqual(589);
  });

  it('labels a batch by keyboard, and says what is saved', async () => {
    const { batch, page, view } = await show();
    await page.keyboard.press('4');
    await announced(page, /^Saved: happy\. 1 of 6\./);
    await page.keyboard.press('Space');
    await announced(page, /^Skipped\. 2 of 6\./);
    await page.keyboard.press('6');
    await announced(page, /^Saved: sad\. 3 of 6\./);
    expect(await position(page)).toBe('Image 4 of 6');
    expect(await labelsOf(batch)).toEqual({ '0000': 'happy', '0001': null, '0002': 'sad' });
    const [first] = Object.values(await batch.labels('anna'));
    expect(first.seconds).toBeGreaterThanOrEqual(0);
    expect(view.complaints).toEqual([]);
  });

  it('keeps the order of fast presses, and ends with what to do next', async () => {
    const { batch, page, view } = await show();
    for (const key of '123456') await page.keyboard.press(key);
    await page.getByRole('heading', { name: 'Batch finished' }).waitFor();
    expect(Object.values(await labelsOf(batch))).toEqual(seven.slice(0, 6));
    await page.getByRole('button', { name: 'Train and Ask for the Next Batch' }).click();
    await page.getByRole('button', { name: 'Show Accuracy' }).click();
    await expect.poll(() => view.commands()).toEqual(['warmstart.runRound', 'warmstart.showCurve']);
    await page.getByRole('button', { name: 'Review This Batch' }).click();
    expect(await position(page)).toBe('Image 1 of 6');
  });

  it('undoes back to the start of the batch, also after a reload', async () => {
    const { batch, page, view } = await show();
    for (const key of ['1', '2', '3']) await page.keyboard.press(key);
    await announced(page, /3 of 6/);
    await view.reload();
    expect(await position(page)).toBe('Image 4 of 6');
    for (const left of [2, 1, 0]) {
      await page.keyboard.press('Backspace');
      await expect.poll(async () => Object.keys(await labelsOf(batch)).length).toBe(left);
    }
    await expect.poll(() => position(page)).toBe('Image 1 of 6');
    await page.keyboard.press('Backspace');
    await page.keyboard.press('7');
    await announced(page, /^Saved: surprise\. 1 of 6\./);
  });

  it('puts back the earlier answer when a change of it is undone', async () => {
    const { batch, page } = await show();
    await page.keyboard.press('1');
    await announced(page, /1 of 6/);
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('2');
    await announced(page, /Saved: disgust/);
    expect(await labelsOf(batch)).toEqual({ '0000': 'disgust' });
    await page.keyboard.press('Backspace');
    await announced(page, /Undone/);
    expect(await labelsOf(batch)).toEqual({ '0000': 'angry' });
  });

  it('shows an answer that could not be saved, keeps it over a reload, and saves it when asked again', async () => {
    const { batch, page, view } = await show();
    batch.failWith = 'Cannot write labels/anna.json: there is no space left on the disk; free some space.';
    await page.keyboard.press('4');
    await page.getByRole('alert').getByText('no space left').waitFor();
    expect(await page.locator('.status').textContent()).toBe('not saved, happy');
    expect(await page.locator('.count').textContent()).toBe('0 of 6');
    await view.reload();
    await page.getByRole('alert').getByText('no space left').waitFor();
    batch.failWith = null;
    await page.getByRole('button', { name: 'Try Again' }).click();
    await announced(page, /^Saved: happy\. 1 of 6\./);
    expect(await labelsOf(batch)).toEqual({ '0000': 'happy' });
    expect(await page.getByRole('alert').isVisible()).toBe(false);
  });

  it('flags before and after the answer, with a note', async () => {
    const { batch, page } = await show();
    await page.keyboard.press('n');
    await page.keyboard.type('12 f?');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await page.keyboard.press('4');
    await announced(page, /^Saved/);
    expect(await batch.labels('anna')).toMatchObject({ 'train/face0000.png': { label: 'happy', flag: '12 f?' } });
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('f');
    await announced(page, /Flag removed/);
    expect((await batch.labels('anna'))['train/face0000.png']).not.toHaveProperty('flag');
  });

  it('gives a class to a selection in the grid, undone by one press', async () => {
    const { batch, page } = await show();
    await page.keyboard.press('g');
    const options = page.getByRole('option');
    await options.nth(1).click();
    await page.keyboard.press('Shift+ArrowRight');
    await options.nth(4).click({ modifiers: ['ControlOrMeta'] });
    await page.keyboard.press('6');
    await announced(page, /Saved: sad for 3 images\. 3 of 6\./);
    expect(await labelsOf(batch)).toEqual({ '0001': 'sad', '0002': 'sad', '0004': 'sad' });
    await page.keyboard.press('Backspace');
    await announced(page, /Undone for 3 images/);
    expect(await labelsOf(batch)).toEqual({});
  });

  it('pauses while the label file is nonsense, leaves it as it is, and goes on when it is mended', async () => {
    const { batch, page } = await show();
    await page.keyboard.press('4');
    await announced(page, /1 of 6/);
    const path = join(batch.directory, 'labels', 'anna.jsonl');
    const good = await readFile(path, 'utf8');
    await writeFile(path, '{ "schema": 1, nonsense');
    await page.getByRole('alert').getByText('Labelling is paused').waitFor();
    await page.keyboard.press('5');
    await page.keyboard.press('Backspace');
    await page.waitForTimeout(200);
    expect(await readFile(path, 'utf8')).toBe('{ "schema": 1, nonsense');
    await writeFile(path, good);
    await page.getByRole('alert').waitFor({ state: 'hidden' });
    await page.keyboard.press('5');
    await announced(page, /Saved: neutral\. 2 of 6/);
    expect(await labelsOf(batch)).toEqual({ '0000': 'happy', '0001': 'neutral' });
  });

  it('leads to one more class by button and by key, also where there are none yet', async () => {
    const { page, view } = await show({ classes: [] });
    const button = page.getByRole('button', { name: 'Add Class #' });
    await button.click();
    await page.keyboard.press('#');
    await expect.poll(() => view.commands()).toEqual(['warmstart.addClass', 'warmstart.addClass']);
    await page.keyboard.press('1');
    await page.waitForTimeout(200);
    expect(view.complaints).toEqual([]);
  });

  it('follows classes that are renamed, added and put in another order while it is open', async () => {
    const { batch, page } = await show();
    await page.keyboard.press('4');
    await announced(page, /Saved: happy\. 1 of 6/);
    await changeClasses(batch.directory, { kind: 'rename', from: 'happy', to: 'joy' });
    await page.getByRole('button', { name: 'joy', exact: true }).waitFor();
    await changeClasses(batch.directory, { kind: 'add', names: ['bored'] });
    await changeClasses(batch.directory, { kind: 'order', names: ['bored'] });
    await page.getByRole('button', { name: 'bored', exact: true }).waitFor();
    await page.locator('[data-class="1"]', { hasText: 'angry' }).waitFor();
    await page.keyboard.press('1');
    await announced(page, /Saved: bored\. 2 of 6/);
    expect(await labelsOf(batch)).toEqual({ '0000': 'joy', '0001': 'bored' });
  });

  it('says so when git has renamed a class whose answer stands in the file, loses nothing, and goes on', async () => {
    const { batch, page } = await show();
    await page.keyboard.press('4');
    await announced(page, /Saved: happy\. 1 of 6/);
    const path = join(batch.directory, 'dataset.json');
    await writeFile(path, (await readFile(path, 'utf8')).replace('"happy"', '"joy"'));
    await page.getByText(/face0000\.png has the answer "happy", which is no class of the dataset any more/).waitFor();
    await page.keyboard.press('4');
    await announced(page, /Saved: joy\. 2 of 6/);
    expect(await labelsOf(batch)).toEqual({ '0000': 'happy', '0001': 'joy' });
  });

  it('shows what other windows and other people answer', async () => {
    const { batch, page, view } = await show();
    const other = await openLabelling(pages.browser, batch, { annotator: 'anna' });
    await other.page.keyboard.press('1');
    await expect.poll(() => page.locator('.status').textContent()).toBe('angry');
    const ben = await openLabelling(pages.browser, batch, { annotator: 'ben' });
    await expect.poll(() => position(ben.page)).toBe('Image 2 of 6');
    await ben.page.keyboard.press('Home');
    expect(await ben.page.locator('.status').textContent()).toBe('answered by anna');
    await ben.page.keyboard.press('2');
    await expect.poll(() => page.locator('.status').textContent()).toBe('angry, ben says disgust');
    expect(view.complaints).toEqual([]);
    await other.close();
    await ben.close();
  });

  it('has a placeholder for an image that is gone: it can be skipped, not labelled', async () => {
    const { batch, page, view } = await show();
    await rm(join(batch.workspace, 'images', 'train', 'face0000.png'));
    await view.reload();
    await page.getByText('is no longer there').waitFor();
    await page.keyboard.press('4');
    await page.keyboard.press('Space');
    await announced(page, /^Skipped\. 1 of 6\./);
    expect(await labelsOf(batch)).toEqual({ '0000': null });
  });

  it('says why images outside of the workspace are not shown, and shows them once they may be', async () => {
    let allow = (_: boolean): void => {};
    const access = {
      isOpen: async () => false,
      ask: () => new Promise<boolean>((resolve) => (allow = resolve)),
    };
    const { batch, page } = await show({}, { access });
    await page.getByText('outside of this workspace; open the page again to allow showing them').waitFor();
    await page.keyboard.press('4'); // nobody labels what they have not seen
    expect(await labelsOf(batch)).toEqual({});
    allow(true);
    await page.locator('.frame img').waitFor();
    await page.keyboard.press('4');
    await announced(page, /Saved: happy/);
  });

  it('shows the pictures that the engine makes for rows of a csv file', async () => {
    const { batch, page } = await show({ layout: 'fer2013' });
    await page.locator('.frame img').waitFor();
    await page.keyboard.press('4');
    await announced(page, /Saved: happy/);
    expect(await labelsOf(batch)).toEqual({ '0000': 'happy' });
  });

  it('renders hostile names as text', async () => {
    const hostile = [
      '<img src=x onerror=alert(1)>.png',
      'a "b" \'c\' #1?.png',
      '\u0648\u062c\u0647.png',
      '\u{1F600}.png',
    ];
    const classes = ['<script>alert(1)</script>', '"quoted\'', '\u0645\u0641\u0627\u062c\u0623\u0629', 'constructor'];
    const { batch, page, view } = await show({ images: hostile, classes });
    for (const [i, name] of hostile.entries()) {
      expect(await page.locator('.name').textContent()).toBe(name);
      await page.locator('.frame img').evaluate('image => image.decode()');
      await page.getByRole('button', { name: classes[0], exact: true }).click();
      await announced(page, new RegExp(`^Saved: <script>.*${i + 1} of 4`));
    }
    expect(Object.keys(await batch.labels('anna')).sort()).toEqual([...hostile].sort());
    expect(await page.locator('#page script, #page img[src=x]').count()).toBe(0);
    expect(view.complaints).toEqual([]);
  });

  it('skips with Space after a click on a class, and leaves Space to a button that was reached by keyboard', async () => {
    const { batch, page } = await show();
    await page.getByRole('button', { name: 'happy' }).click();
    await announced(page, /1 of 6/);
    await page.keyboard.press('Space');
    await announced(page, /^Skipped\. 2 of 6\./);
    await page.getByRole('button', { name: 'sad' }).focus();
    await page.keyboard.press('Space');
    await announced(page, /Saved: sad/);
    expect(await labelsOf(batch)).toEqual({ '0000': 'happy', '0001': null, '0002': 'sad' });
  });

  it('finds one of many classes by typing', async () => {
    const classes = [...Array.from({ length: 200 }, (_, i) => `class ${i}`), '\u00c9tonn\u00e9'];
    const { batch, page } = await show({ classes });
    await page.keyboard.press('/');
    await page.keyboard.type('etonn');
    await page.keyboard.press('Enter');
    await announced(page, /Saved: \u00c9tonn\u00e9/);
    expect(await labelsOf(batch)).toEqual({ '0000': '\u00c9tonn\u00e9' });
  });

  it('shows enough of long names to tell them apart', async () => {
    const alike = 'an expression of mild but unmistakable disappointment';
    const classes = [`${alike}, with relief`, `${alike}, with anger`, ...seven.map((name) => `${name} face`)];
    const folder = 'a folder/with another one in it';
    const film = `${folder}/${'participant 0123 session 07 camera left '.repeat(4)}`;
    const { page, view } = await show({ classes, images: [`${film} frame 0041.png`, `${film} frame 0042.png`] });
    const cut = `[...document.querySelectorAll('.class-name')].filter((name) => name.scrollHeight > name.clientHeight + 1).length`;
    for (const width of [620, 1100, 400]) {
      await page.setViewportSize({ width, height: 760 });
      await expect.poll(() => page.evaluate(cut)).toBe(0);
      const sticksOut = 'document.documentElement.scrollWidth > innerWidth';
      expect(await page.evaluate(sticksOut)).toBe(false);
      // the end of the file's name is there, and inside of the panel
      const end = await page.locator('.name span').last().boundingBox();
      expect(await page.locator('.name span').last().textContent()).toMatch(/frame 0041\.png$/);
      expect((end?.x ?? width) + (end?.width ?? 0)).toBeLessThanOrEqual(width);
    }
    expect(await page.locator('.name').textContent()).toBe(`${film.slice(folder.length + 1)} frame 0041.png`);
    expect(view.complaints).toEqual([]);
  });

  it('fills the chosen class also where the page is drawn for the first time', async () => {
    const { page, view } = await show();
    await page.keyboard.press('4');
    await announced(page, /Saved: happy/);
    await page.keyboard.press('ArrowLeft');
    const looks = () =>
      page.locator('.class').evaluateAll((all) => all.map((button) => button.getAttribute('appearance')));
    const filled = ['secondary', 'secondary', 'secondary', 'primary', 'secondary', 'secondary', 'secondary'];
    await expect.poll(looks).toEqual(filled);
    await view.reload();
    await page.locator('.class[aria-pressed=true]').waitFor();
    await expect.poll(looks).toEqual(filled);
  });

  it('marks the chosen class by more than a colour in high contrast', async () => {
    const { page } = await show({}, { theme: 'contrast' });
    await page.keyboard.press('4');
    await announced(page, /Saved: happy/);
    await page.keyboard.press('ArrowLeft');
    const looks = await page.evaluate(`[...document.querySelectorAll('.class')].slice(3, 5).map((button) => {
      const { outlineStyle } = getComputedStyle(button.shadowRoot.querySelector('[part=control]'));
      return [outlineStyle, getComputedStyle(button).backgroundColor];
    })`);
    expect(looks).toEqual([
      ['solid', 'rgb(0, 0, 0)'],
      ['none', 'rgba(0, 0, 0, 0)'],
    ]);
  });

  it('offers suggestions only when asked', async () => {
    const { batch, page } = await show();
    batch.suggestions = files(6).map((image) => ({ image, label: 'sad', probability: 0.734 }));
    expect(await page.locator('.hint:visible').count()).toBe(0);
    await page.locator('vscode-checkbox').click();
    await page.getByRole('button', { name: /sad.*suggested, 73 %/ }).waitFor();
  });

  it('accepts a suggestion by Enter, and groups of one guess in the grid, as reviewed predictions', async () => {
    const { batch, page, view } = await show();
    await page.keyboard.press('Enter');
    await announced(page, /There is no suggestion to accept/);
    expect(await batch.labels('anna').catch(() => ({}))).toEqual({});
    batch.suggestions = files(6).map((image, i) => ({
      image,
      label: i % 2 ? 'happy' : 'sad',
      probability: 0.4 + i / 10,
    }));
    await page.locator('vscode-checkbox').click();
    await page.getByRole('button', { name: /sad.*suggested, 40 %/ }).waitFor();
    await page.locator('.picture').focus();
    await page.keyboard.press('Enter');
    await announced(page, /^Saved: sad\. 1 of 6\./);
    expect((await batch.labels('anna'))['train/face0000.png']).toMatchObject({ label: 'sad', source: 'reviewed' });
    await page.keyboard.press('7');
    await announced(page, /^Saved: surprise/);
    expect((await batch.labels('anna'))['train/face0001.png']).not.toHaveProperty('source');
    await page.keyboard.press('g');
    const names = () =>
      page.getByRole('option').evaluateAll((options) =>
        options
          .map((option) => [Number(option.getAttribute('aria-posinset')), option.getAttribute('title') ?? ''] as const)
          .sort(([a], [b]) => a - b)
          .map(([, title]) => title.slice(0, 12)),
      );
    await expect.poll(names).toEqual([5, 3, 1, 4, 2, 0].map((i) => `face000${i}.png`));
    await page.getByRole('option').nth(0).click();
    await page.keyboard.press('Shift+ArrowRight');
    await takePicture(page, 'labelling-grid-suggestions');
    await page.keyboard.press('Enter');
    await announced(page, /^Accepted suggestions: 2\. 4 of 6\./);
    expect(await labelsOf(batch)).toEqual({ '0000': 'sad', '0001': 'surprise', '0003': 'happy', '0005': 'happy' });
    await page.keyboard.press('Backspace');
    await announced(page, /Undone for 2 images/);
    expect(await labelsOf(batch)).toEqual({ '0000': 'sad', '0001': 'surprise' });
    expect(view.complaints).toEqual([]);
  });

  it('zooms and moves the picture, opens the original, and has a menu for it', async () => {
    const { page, view } = await show();
    const picture = page.locator('.frame img');
    await page.locator('.frame.small').waitFor();
    const box = async () => (await picture.boundingBox())!;
    const whole = await box();
    await page.keyboard.press('z');
    await expect.poll(async () => (await box()).width).toBeGreaterThan(whole.width * 1.4);
    await takePicture(page, 'labelling-zoom');
    const frame = (await page.locator('.frame').boundingBox())!;
    const { y } = await box();
    await page.mouse.move(frame.x + frame.width / 2, frame.y + frame.height / 2);
    await page.mouse.down();
    await page.mouse.move(frame.x + frame.width / 2, frame.y + frame.height / 2 + 30, { steps: 3 });
    await page.mouse.up();
    await expect.poll(async () => (await box()).y).not.toBe(y);
    await page.mouse.dblclick(frame.x + frame.width / 2, frame.y + frame.height / 2);
    await expect.poll(box).toEqual(whole);
    await page.mouse.wheel(0, -200);
    await expect.poll(async () => (await box()).width).toBeGreaterThan(whole.width);
    // the next image is seen whole, and labels go on
    await page.keyboard.press('4');
    await announced(page, /Saved: happy/);
    await expect.poll(() => page.locator('.frame.zoomed').count()).toBe(0);
    await page.keyboard.press('o');
    await expect.poll(() => view.commands()).toEqual(['warmstart.openImage']);
    const context = JSON.parse((await page.locator('.picture').getAttribute('data-vscode-context'))!);
    expect(context).toMatchObject({ webviewSection: 'image', dataset: 'faces', image: 'train/face0001.png' });
    expect(view.complaints).toEqual([]);
  });

  it('shows whole pictures in the grid, larger ones or cut to squares when asked, and keeps that', async () => {
    const { page, view } = await show();
    await page.keyboard.press('g');
    const thumb = page.locator('.cell .thumb').first();
    const width = async () => (await thumb.boundingBox())!.width;
    const shape = () => page.evaluate(`getComputedStyle(document.querySelector('.cell .thumb')).objectFit`);
    await expect.poll(width).toBe(104);
    expect(await shape()).toBe('contain');
    await page.getByRole('button', { name: 'Larger Pictures' }).click();
    await expect.poll(width).toBe(144);
    await page.keyboard.press('p');
    await expect.poll(shape).toBe('cover');
    await view.reload();
    await expect.poll(width).toBe(144);
    expect(await shape()).toBe('cover');
    await page.keyboard.press('-');
    await expect.poll(width).toBe(104);
  });

  it('hides the folder of an image until it is answered: it may be the answer', async () => {
    const { page } = await show();
    expect(await page.locator('.name').getAttribute('title')).toBe('face0000.png');
    await page.keyboard.press('4');
    await announced(page, /Saved/);
    await page.keyboard.press('ArrowLeft');
    expect(await page.locator('.name').getAttribute('title')).toBe('train/face0000.png');
  });

  it.each(axeLooks)('has nothing that axe-core finds fault with: %s, zoom %i', async (theme, zoom) => {
    const { batch, page } = await show({}, { theme, zoom, width: 1178, height: 820 });
    batch.suggestions = files(6).map((image) => ({ image, label: 'sad', probability: 0.7 }));
    await page.locator('vscode-checkbox').click();
    await page.getByRole('button', { name: /sad.*suggested/ }).waitFor();
    await page.keyboard.press('f');
    await takePicture(page, `labelling ${theme} zoom ${zoom}`);
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('g');
    await takePicture(page, `labelling grid ${theme} zoom ${zoom}`);
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('?');
    await takePicture(page, `labelling help ${theme} zoom ${zoom}`);
    expect(await violations(page)).toEqual([]);
    await expect.poll(() => page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(1178 / zoom);
  });

  it('has names, roles and keys for everything, and never loses the focus', async () => {
    const { page } = await show();
    expect(await page.getByRole('img').first().getAttribute('alt')).toBe('face0000.png, image 1 of 6');
    expect(await page.getByRole('progressbar').getAttribute('aria-valuetext')).toBe('0 of 6');
    const unnamed =
      await page.evaluate(`[...document.querySelectorAll('button, vscode-button, vscode-text-field, [role=option], [role=listbox]')]
      .filter((e) => !(e.getAttribute('aria-label') || e.textContent.trim())).map((e) => e.outerHTML)`);
    expect(unnamed).toEqual([]);
    const keys = await page.evaluate(
      `[...document.querySelectorAll('[aria-keyshortcuts]')].map((e) => e.getAttribute('aria-keyshortcuts'))`,
    );
    for (const key of ['1', '7', 'Backspace', 'Space 0', 'F', 'N', 'G', 'P', '?', 'ArrowLeft', 'ArrowRight'])
      expect(keys).toContain(key);
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('4');
    await page.keyboard.press('Escape');
    for (const key of ['4', 'g', '6', 'g', '1', 'Backspace', 'f', 'ArrowRight']) {
      await page.keyboard.press(key);
      expect(await page.evaluate('document.activeElement !== document.body'), key).toBe(true);
    }
  });

  it('has no strip, and no grid of many, for one image', async () => {
    const { page } = await show({ images: files(1) });
    expect(await page.locator('.strip').isVisible()).toBe(false);
    await page.keyboard.press('g');
    expect(await page.getByRole('option').count()).toBe(1);
    await page.keyboard.press('4');
    await announced(page, /Saved: happy\. 1 of 1/);
  });

  it('stays light with a thousand images', async () => {
    const { page } = await show({ images: files(1000), pictures: 4 });
    await page.keyboard.press('4');
    await announced(page, /1 of 1,000/);
    expect(await position(page)).toBe('Image 2 of 1,000');
    expect(await page.locator('.thumbnail').count()).toBeLessThan(40);
    await page.keyboard.press('g');
    expect(await page.getByRole('option').count()).toBeLessThan(100);
    await page.keyboard.press('End');
    await page.getByRole('option', { name: /image 1,000 of 1,000/ }).waitFor();
  });
});
