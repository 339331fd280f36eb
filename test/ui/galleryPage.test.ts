import { readFile, rm, writeFile } from 'node:fs/promises';

import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { LabelEntry } from '../../src/shared/schema/labels';
import { DIGEST, type GalleryFolder, type GalleryRequest, makeGallery } from '../support/galleryFolder';
import { findChromium } from '../support/machine/chromium';
import { findOrWhy } from '../support/machine/unavailable';
import { trustListeners, workspace } from '../support/vscodeStub';
import { axeLooks, violations } from './pages/axe';
import { openGallery } from './pages/galleryView';
import { announced, openPages, seven } from './pages/openPages';
import { takePicture } from './pages/takePicture';

const files = (n: number) =>
  Array.from({ length: n }, (_, i) => `train/${seven[i % 7]}/face${String(i).padStart(6, '0')}.png`);
const answered = (label: string, minute = 0): LabelEntry => ({
  label,
  at: `2026-01-31T12:${String(minute).padStart(2, '0')}:00.000Z`,
  seconds: 1,
});

const FRAMES = 90;

/** Milliseconds that the page's thread computes for each frame of fast scrolling, whatever else the machine does. */
async function whileScrolling(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const computed = async () =>
    (await session.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'TaskDuration')!.value;
  const before = await computed();
  await page.evaluate(`new Promise((done) => {
    const list = document.querySelector('.tiles');
    let left = ${FRAMES};
    const step = () => {
      list.scrollTop += 400;
      if (--left > 0) requestAnimationFrame(step);
      else done();
    };
    requestAnimationFrame(step);
  })`);
  const after = await computed();
  await session.detach();
  return ((after - before) * 1000) / FRAMES;
}

describe.skipIf(findOrWhy(findChromium).why)('the gallery', () => {
  const pages = openPages<GalleryFolder>();

  async function show(
    request: Partial<GalleryRequest> = {},
    options: Parameters<typeof openGallery>[2] = {},
    before: (folder: GalleryFolder) => Promise<unknown> = async () => {},
  ) {
    const folder = await makeGallery({ classes: seven, images: files(24), ...request });
    await before(folder);
    const view = await openGallery(pages.browser, folder, options);
    pages.closeLater(view, folder);
    await view.page.locator('.tile').first().waitFor();
    return { folder, view, page: view.page };
  }
  const option = (page: Page, image: number) =>
    page.getByRole('listbox').getByRole('option', { name: `face${String(image).padStart(6, '0')}` });
  const labelsOf = async (folder: GalleryFolder, annotator = 'anna') =>
    Object.fromEntries(
      Object.entries(await folder.labels(annotator)).map(([image, { label }]) => [
        Number(image.slice(-10, -4)),
        label ?? null,
      ]),
    );
  const chosen = (page: Page) => page.locator('.tile[aria-selected=true]').count();
  const count = (page: Page) => page.locator('.count').textContent();
  const shown = async (page: Page) =>
    (
      await page
        .locator('.tile')
        .evaluateAll((tiles) =>
          tiles.map((tile) => [Number(tile.getAttribute('aria-posinset')), tile.getAttribute('title') ?? ''] as const),
        )
    )
      .sort(([a], [b]) => a - b)
      .map(([, title]) => Number(/face(\d+)/.exec(title)?.[1]));

  it('gives a class to a selection made by mouse, and undoes it as one step', async () => {
    const { folder, page, view } = await show();
    await option(page, 1).click();
    await option(page, 4).click({ modifiers: ['Shift'] });
    await option(page, 9).click({ modifiers: ['ControlOrMeta'] });
    await expect.poll(() => chosen(page)).toBe(5);
    await page.keyboard.press('6');
    await announced(page, /Saved: sad for 5 images/);
    await expect.poll(() => labelsOf(folder)).toEqual({ 1: 'sad', 2: 'sad', 3: 'sad', 4: 'sad', 9: 'sad' });
    await expect.poll(() => option(page, 3).locator('.visually-hidden').textContent()).toMatch(/: sad$/);
    await page.keyboard.press('Backspace');
    await announced(page, /Undone for 5 images/);
    await expect.poll(() => labelsOf(folder)).toEqual({});
    await expect.poll(() => chosen(page)).toBe(5);
    expect(view.complaints).toEqual([]);
  });

  it('selects and labels by keyboard alone', async () => {
    const { folder, page } = await show();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Space');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('4');
    await announced(page, /Saved: happy for/);
    const labels = await labelsOf(folder);
    expect(Object.values(labels)).toEqual(Object.keys(labels).map(() => 'happy'));
    expect(labels).toHaveProperty('3', 'happy');
    await page.keyboard.press('Home');
    await page.keyboard.press('1');
    await announced(page, /Saved: angry\./);
    await expect.poll(async () => (await labelsOf(folder))[0]).toBe('angry');
    await page.keyboard.press('0');
    await announced(page, /Skipped: 1/);
    await expect.poll(async () => (await labelsOf(folder))[1]).toBeNull();
    await page.keyboard.press('Control+a');
    await expect.poll(() => chosen(page)).toBe(24);
    await page.keyboard.press('Escape');
    await expect.poll(() => chosen(page)).toBe(0);
    await expect.poll(() => page.evaluate('document.activeElement.getAttribute("role")')).toBe('listbox');
  });

  it('selects what a rubber band touches', async () => {
    const { page } = await show();
    const first = (await option(page, 0).boundingBox())!;
    await page.mouse.move(first.x + 60, first.y + 60);
    await page.mouse.down();
    await page.mouse.move(first.x + first.width + 40, first.y + first.height + 40, { steps: 5 });
    await page.mouse.up();
    await expect.poll(() => chosen(page)).toBe(4);
    await page.keyboard.press('Escape');
    await expect.poll(() => chosen(page)).toBe(0);
  });

  it('filters by label, prediction, disagreement, dispute, skip, flag and name, and orders', async () => {
    const images = files(24);
    const { page, folder } = await show({ test: [23] }, {}, async (of) => {
      await of.label('anna', {
        [images[0]]: answered('angry', 1),
        [images[1]]: answered('happy', 3),
        [images[2]]: { skipped: true, at: '2026-01-31T12:02:00.000Z', seconds: 1, flag: 'blurred' },
        [images[3]]: answered('sad'),
      });
      await of.label('ben', { [images[3]]: answered('fear'), [images[4]]: answered('happy') });
      of.predictions = {
        digest: DIGEST,
        classes: seven,
        round: 1,
        predicted: images.map(() => 3),
        probability: images.map((_, i) => 0.2 + ((i * 7) % 24) / 48),
      };
      of.suspicions = { digest: DIGEST, images: [4, 0, 1], suspicion: [0.9, 0.5, 0.1] };
      await of.trained();
    });
    const filter = page.getByLabel('Show');
    /** The page draws with the next frame, which may take a while on a busy machine. */
    const shows = (expected: readonly number[], first = 1_000) =>
      expect
        .poll(async () => ((await page.locator('.nothing').isVisible()) ? [] : (await shown(page)).slice(0, first)))
        .toEqual(expected);
    const sees = async (value: string, expected: readonly number[]) => {
      await filter.selectOption(value);
      await shows(expected);
    };
    await page.getByText('happy 20 %').first().waitFor();
    await sees('labelled', [0, 1, 4]);
    await sees('label:happy', [1, 4]);
    await sees('wrong', [0]);
    await sees('disputed', [3]);
    await sees('skipped', [2]);
    await sees('flagged', [2]);
    await sees('test', [23]);
    await sees('predicted:sad', []);
    await sees(
      'unlabelled',
      Array.from({ length: 18 }, (_, i) => i + 5),
    );
    await page.getByLabel('Find a name').fill('FACE00001');
    await shows([10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
    await page.getByLabel('Find a name').fill('');
    await filter.selectOption('all');
    const sort = page.getByLabel('Sort by');
    await sort.selectOption('time');
    await shows([1, 2, 0, 3], 4);
    await sort.selectOption('confidence');
    await shows([0, 7, 14], 3);
    await sort.selectOption('suspicion');
    await shows([4, 0, 1], 3);
    expect(folder.requests.filter(({ method }) => method === 'suspicions')).toHaveLength(1);
  });

  it('looks predictions over by class: accepts and corrects many at once, as reviewed predictions, with one undo', async () => {
    const images = files(24);
    const { folder, page, view } = await show({ test: [23] }, {}, async (of) => {
      await of.label('anna', { [images[0]]: answered('angry') });
      of.predictions = {
        digest: DIGEST,
        classes: seven,
        round: 1,
        predicted: images.map((_, i) => (i % 2 ? 3 : 5)),
        probability: images.map((_, i) => 0.3 + i / 48),
      };
      await of.trained();
    });
    await page.getByLabel('Show').selectOption('review');
    await page.getByRole('button', { name: 'happy: 11' }).click();
    await expect.poll(() => count(page)).toBe('11 of 24 images');
    await page.getByLabel('Sort by').selectOption('sure');
    await expect.poll(async () => (await shown(page)).slice(0, 3)).toEqual([21, 19, 17]);
    await page.getByRole('listbox').focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('Shift+ArrowRight');
    await page.getByRole('button', { name: 'Accept 3 Predictions' }).waitFor();
    await takePicture(page, 'gallery-review');
    await page.keyboard.press('Control+Enter');
    await announced(page, /Accepted predictions: 3/);
    expect(await labelsOf(folder)).toEqual({ 0: 'angry', 17: 'happy', 19: 'happy', 21: 'happy' });
    await page.keyboard.press('1');
    await announced(page, /Saved: angry/);
    const saved = await folder.labels('anna');
    expect(saved[images[15]]).toMatchObject({ label: 'angry', source: 'reviewed' });
    expect(saved[images[19]]).toMatchObject({ label: 'happy', source: 'reviewed' });
    expect(saved[images[0]]).not.toHaveProperty('source');
    await expect.poll(() => count(page)).toBe('7 of 24 images');
    await page.getByLabel('Show').selectOption('reviewed');
    await expect.poll(() => count(page)).toBe('4 of 24 images');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Backspace');
    await expect.poll(async () => Object.keys(await labelsOf(folder))).toEqual(['0', '17', '19', '21']);
    await page.keyboard.press('Backspace');
    await announced(page, /Undone for 3 images/);
    expect(await labelsOf(folder)).toEqual({ 0: 'angry' });
    expect(view.complaints).toEqual([]);
  });

  it('shows near duplicates, images like one, and what the model sees; flags many at once', async () => {
    const images = files(24);
    const { folder, page } = await show({}, {}, async (of) => {
      of.duplicates = [
        [20, 3],
        [7, 8, 9],
      ];
      await of.label('ben', { [images[5]]: answered('sad') });
    });
    await page.getByLabel('Show').selectOption('duplicates');
    await expect.poll(() => shown(page)).toEqual([3, 20, 7, 8, 9]);
    await page.getByLabel('Show').selectOption('by:ben');
    await expect.poll(() => shown(page)).toEqual([5]);
    await page.getByLabel('Show').selectOption('all');
    await option(page, 10).click();
    await page.keyboard.press('n');
    await page.getByText('In order of likeness to face000010.png.').waitFor();
    await expect.poll(async () => (await shown(page)).slice(0, 3)).toEqual([10, 9, 11]);
    await page.keyboard.press('Enter');
    await page.locator('.large-picture img').waitFor();
    await page.keyboard.press('p');
    await page.locator('.position').getByText('as faces sees it, 48 × 48 pixels').waitFor();
    await page.keyboard.press('p');
    await expect.poll(() => page.locator('.large .position').textContent()).not.toContain('sees it');
    await page.keyboard.press('Escape');
    await page.keyboard.press('f');
    await page.getByRole('alert').getByText('A flag is saved with an answer').waitFor();
    await page.keyboard.press('4');
    await announced(page, /Saved: happy/);
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('f');
    await announced(page, /Flagged: 1/);
    expect(await folder.labels('anna')).toMatchObject({ [images[10]]: { label: 'happy', flag: 'flagged' } });
    await page.keyboard.press('F');
    await announced(page, /Flags taken away: 1/);
    expect((await folder.labels('anna'))[images[10]]).not.toHaveProperty('flag');
  });

  it('saves the label of an image that vanishes while it is selected, and says so', async () => {
    const images = files(8);
    const { folder, page } = await show({ images });
    await page.locator('.tile img').nth(7).waitFor();
    const path = join(folder.workspace, 'images', ...images[2].split('/'));
    await option(page, 2).click();
    await rm(path);
    await page.keyboard.press('4');
    await page.getByRole('alert').getByText('The label is saved, but face000002.png is no longer there').waitFor();
    expect(await labelsOf(folder)).toEqual({ 2: 'happy' });
  });

  it('asks again for a picture that could not be shown', async () => {
    const images = files(4);
    const path = (of: GalleryFolder) => join(of.workspace, 'images', ...images[1].split('/'));
    let bytes = Buffer.alloc(0);
    const { folder, page } = await show({ images }, {}, async (of) => {
      bytes = await readFile(path(of));
      await rm(path(of));
    });
    await page.locator('.no-thumb').waitFor();
    await writeFile(path(folder), bytes);
    await expect.poll(() => page.locator('.tile img').count()).toBe(4);
    await option(page, 1).click();
    await page.keyboard.press('4');
    await announced(page, /Saved: happy/);
    expect(await labelsOf(folder)).toEqual({ 1: 'happy' });
  });

  it('shows no part of an id that could tell the class', async () => {
    const { page } = await show();
    const told = await page
      .locator('.grid')
      .evaluate(
        (grid) =>
          [...grid.querySelectorAll('*')]
            .flatMap((node) => ['title', 'aria-label'].map((name) => node.getAttribute(name) ?? ''))
            .join(' ') + grid.textContent,
      );
    expect(told).toContain('face000003.png');
    expect(told).not.toMatch(/angry|fear|train/);
  });

  it('keeps what could not be saved, says why, and saves it when asked again', async () => {
    const { folder, page, view } = await show();
    folder.failWith = 'Cannot write labels/anna.json: there is no space left on the disk; free some space.';
    await page.keyboard.press('4');
    await page.getByRole('alert').getByText('no space left').waitFor();
    await expect.poll(() => labelsOf(folder)).toEqual({});
    await view.reload();
    await page.getByRole('alert').getByText('Answers that are not saved: 1').waitFor();
    folder.failWith = null;
    await page.getByRole('button', { name: 'Try Again' }).click();
    await announced(page, /Saved: happy/);
    await expect.poll(() => labelsOf(folder)).toEqual({ 0: 'happy' });
    await expect.poll(() => page.getByRole('alert').isVisible()).toBe(false);
  });

  it('computes nothing in a folder that is not trusted, and goes on when it is', async () => {
    const folder = await makeGallery({ classes: seven, images: files(4) });
    workspace.isTrusted = false;
    try {
      const view = await openGallery(pages.browser, folder);
      pages.closeLater(view, folder);
      await view.page.getByRole('alert').getByText('folder that you do not trust').waitFor();
      expect(folder.requests).toEqual([]);
      workspace.isTrusted = true;
      for (const tell of trustListeners) tell();
      await view.page.locator('.tile').first().waitFor();
    } finally {
      workspace.isTrusted = true;
    }
  });

  it('pauses while the label file is nonsense, leaves it as it is, and goes on when it is mended', async () => {
    const { folder, page } = await show();
    await page.keyboard.press('4');
    await announced(page, /Saved/);
    const path = join(folder.directory, 'labels', 'anna.jsonl');
    const good = await readFile(path, 'utf8');
    await writeFile(path, '{ "schema": 1, nonsense');
    await page.getByRole('alert').getByText('Labelling is paused').waitFor();
    await page.keyboard.press('5');
    await page.waitForTimeout(200);
    expect(await readFile(path, 'utf8')).toBe('{ "schema": 1, nonsense');
    await writeFile(path, good);
    await page.getByRole('alert').waitFor({ state: 'hidden' });
    await page.keyboard.press('5');
    await announced(page, /Saved: neutral/);
  });

  it('follows what other windows and other people answer, and classes that are no more', async () => {
    const { folder, page } = await show();
    const [first] = files(1);
    await folder.label('ben', { [first]: answered('sad') });
    await expect.poll(() => option(page, 0).locator('.visually-hidden').textContent()).toMatch(/: sad$/);
    await page.keyboard.press('1');
    await announced(page, /Saved/);
    await expect.poll(() => option(page, 0).locator('.visually-hidden').textContent()).toMatch(/: disputed$/);
    const path = join(folder.directory, 'dataset.json');
    const file = JSON.parse(await readFile(path, 'utf8'));
    await writeFile(path, JSON.stringify({ ...file, classes: seven.map((name) => (name === 'sad' ? 'sorry' : name)) }));
    await page.getByRole('button', { name: 'sorry' }).waitFor();
    await page
      .getByRole('alert')
      .getByText(/class that the dataset does not have, such as "sad"/)
      .waitFor();
    expect(await folder.labels('ben')).toHaveProperty([first, 'label'], 'sad');
  });

  it('labels no test image, and none that can not be seen', async () => {
    const images = files(8);
    const { folder, page, view } = await show({ images, test: [7] }, {}, (of) =>
      rm(join(of.workspace, 'images', ...images[2].split('/'))),
    );
    await page.locator('.no-thumb').waitFor();
    await page.keyboard.press('Control+a');
    await page.keyboard.press('4');
    await announced(page, /Saved: happy for 6 images/);
    await page.getByRole('alert').getByText('Test images are not labelled here').waitFor();
    expect(Object.keys(await labelsOf(folder))).toEqual(['0', '1', '3', '4', '5', '6']);
    await option(page, 2).dblclick();
    await page.getByText('is no longer there; put the image back').waitFor();
    // the browser says that the file is gone
    expect(view.complaints.filter((text) => !/404/.test(text))).toEqual([]);
  });

  it('shows one image large: zoom, pan, go on, label, open and back', async () => {
    const { folder, page, view } = await show();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    const picture = page.locator('.large-picture img');
    await picture.waitFor();
    const width = async () => (await picture.boundingBox())!.width;
    const whole = await width();
    await page.keyboard.press('z');
    await expect.poll(() => width()).toBeGreaterThan(whole * 1.9);
    const { y } = (await picture.boundingBox())!;
    const frame = (await page.locator('.large-picture').boundingBox())!;
    await page.mouse.move(frame.x + frame.width / 2, frame.y + frame.height / 2);
    await page.mouse.down();
    await page.mouse.move(frame.x + frame.width / 2, frame.y + frame.height / 2 + 30, { steps: 3 });
    await page.mouse.up();
    await expect.poll(async () => (await picture.boundingBox())!.y).not.toBe(y);
    await page.keyboard.press('z');
    await expect.poll(() => width()).toBeCloseTo(whole, 0);
    await page.mouse.wheel(0, -200);
    await expect.poll(width).toBeGreaterThan(whole);
    await page.keyboard.press('4');
    await announced(page, /Saved: happy\./);
    await expect.poll(() => labelsOf(folder)).toEqual({ 1: 'happy' });
    await expect.poll(() => page.locator('.large .position').textContent()).toMatch(/^Image 3 of 24/);
    await page.keyboard.press('o');
    await page.getByRole('button', { name: 'Reveal in Explorer' }).click();
    await expect.poll(() => view.commands()).toEqual(['warmstart.openImage', 'warmstart.revealImage']);
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('.large').isVisible()).toBe(false);
    await expect.poll(() => page.getByRole('listbox').getAttribute('aria-activedescendant')).toBe('tile-2');
  });

  it('renders hostile names as text', async () => {
    const classes = ['<script>alert(1)</script>', '"quoted\'', '\u0645\u0641\u0627\u062c\u0623\u0629', 'constructor'];
    const images = ['<img src=x onerror=alert(1)>.png', 'a "b" \'c\' #1?.png', '\u0648\u062c\u0647.png', 'constructor'];
    const { folder, page, view } = await show({ classes, images });
    await page.keyboard.press('Control+a');
    await page.getByRole('button', { name: classes[0], exact: true }).click();
    await announced(page, /Saved: <script>.* for 4 images/);
    expect(Object.keys(await folder.labels('anna')).sort()).toEqual([...images].sort());
    await expect.poll(() => page.locator('#page script, #page img[src=x]').count()).toBe(0);
    expect(view.complaints).toEqual([]);
  });

  it('goes on where it was after a reload', async () => {
    const { page, view } = await show();
    await page.getByLabel('Sort by').selectOption('time');
    await page.getByLabel('Find a name').fill('face00001');
    await page.getByRole('button', { name: 'Larger Pictures' }).click();
    await option(page, 12).click();
    await view.reload();
    await page.locator('.tile').first().waitFor();
    await expect.poll(() => count(page)).toBe('10 of 24 images');
    await expect.poll(() => page.getByLabel('Sort by').inputValue()).toBe('time');
    await expect.poll(() => page.getByLabel('Size of the pictures').inputValue()).toBe('160');
    await expect.poll(() => page.getByRole('listbox').getAttribute('aria-activedescendant')).toBe('tile-2');
  });

  it.each(axeLooks)('has nothing that axe-core finds fault with: %s, zoom %i', async (theme, zoom) => {
    const images = files(24);
    const { page } = await show({}, { theme, zoom, width: 1178, height: 820 }, async (of) => {
      await of.label('anna', { [images[0]]: answered('angry') });
      const [predicted, probability] = [images.map((_, i) => i % 7), images.map(() => 0.5)];
      of.predictions = { digest: DIGEST, classes: seven, round: 1, predicted, probability };
      await of.trained();
    });
    await page.getByText('happy 50 %').first().waitFor();
    await takePicture(page, `gallery ${theme} zoom ${zoom}`);
    expect(await violations(page)).toEqual([]);
    await page.getByLabel('Show').selectOption('review');
    await page.getByRole('button', { name: /Accept Prediction/ }).waitFor();
    await takePicture(page, `gallery review ${theme} zoom ${zoom}`);
    expect(await violations(page)).toEqual([]);
    await page.getByRole('listbox').focus();
    await page.keyboard.press('Enter');
    await page.locator('.large-picture img').waitFor();
    await takePicture(page, `gallery large ${theme} zoom ${zoom}`);
    expect(await violations(page)).toEqual([]);
    await expect.poll(() => page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(1178 / zoom);
  });

  it('has names, roles and keys for everything', async () => {
    const { page } = await show();
    const unnamed =
      await page.evaluate(`[...document.querySelectorAll('button, vscode-button, input, select, [role=option], [role=listbox], [role=img]')]
      .filter((e) => !(e.getAttribute('aria-label') || e.labels?.length || e.textContent.trim())).map((e) => e.outerHTML)`);
    expect(unnamed).toEqual([]);
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('4');
    await page.keyboard.press('Escape');
    for (const key of ['4', 'Enter', '6', 'Escape', '1', 'Backspace', '+', '-', 'ArrowDown', 'End']) {
      await page.keyboard.press(key);
      expect(await page.evaluate('document.activeElement !== document.body'), key).toBe(true);
    }
  });

  describe('of 100,000 images', () => {
    const many = files(100_000);

    it('opens at once, scrolls smoothly, filters, and labels 200 images in one step', async () => {
      const { folder, page, view } = await show({ images: many, hasFiles: false }, {}, async (of) => {
        of.predictions = {
          digest: DIGEST,
          classes: seven,
          round: 1,
          predicted: many.map((_, i) => i % 7),
          probability: many.map((_, i) => (i % 997) / 997),
        };
        await of.trained();
      });
      await expect.poll(() => page.locator('.tile').count()).toBeLessThan(200);
      await view.reload();
      const opening = performance.now();
      await page.locator('.tile img').first().waitFor();
      const opened = performance.now() - opening;
      console.log(`pictures of 100,000 images ${opened.toFixed(0)} ms after the page is loaded`);
      expect(opened).toBeLessThan(4_000); // a second on a quiet machine
      await page
        .getByText(/happy \d+ %/)
        .first()
        .waitFor();
      const perFrame = await whileScrolling(page);
      console.log(`scrolling: ${perFrame.toFixed(1)} ms of the page's thread for each frame`);
      expect(perFrame).toBeLessThan(33); // leaves time for 30 frames a second
      await page.keyboard.press('End');
      await page
        .getByRole('listbox')
        .getByRole('option', { name: /Image 100,000 of 100,000/ })
        .waitFor();
      const filtering = await page.evaluate<number>(`(() => {
        const select = document.querySelector('#choice-filter');
        const start = performance.now();
        select.value = 'predicted:sad';
        select.dispatchEvent(new Event('change'));
        return performance.now() - start;
      })()`);
      console.log(`a filter: ${filtering.toFixed(0)} ms`);
      expect(filtering).toBeLessThan(400);
      await expect.poll(() => count(page)).toBe('14,285 of 100,000 images');
      await page.getByLabel('Sort by').selectOption('confidence');
      await page.getByRole('listbox').focus();
      await page.keyboard.press('Home');
      await page.getByLabel('Find a name').fill('123');
      await page.getByLabel('Show').selectOption('all');
      await page.getByRole('listbox').focus();
      await page.keyboard.press('Control+a');
      const images = Number((await page.locator('.selection').textContent())?.replace(/\D/g, ''));
      expect(images).toBeGreaterThan(150);
      const before = performance.now();
      await page.keyboard.press('4');
      await announced(page, new RegExp(`Saved: happy for ${images.toLocaleString('en')} images`));
      console.log(`${images} images labelled in ${(performance.now() - before).toFixed(0)} ms`);
      expect(Object.keys(await labelsOf(folder))).toHaveLength(images);
      await page.keyboard.press('Backspace');
      await announced(page, /Undone for/);
      await expect.poll(() => labelsOf(folder)).toEqual({});
    });
  });
});
