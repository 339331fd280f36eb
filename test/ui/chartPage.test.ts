import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Uri, type Webview } from 'vscode';
import { chartTexts } from '../../src/extension/charts/chartTexts';
import { pageHtml } from '../../src/extension/webview/page';
import type { ChartsState } from '../../src/shared/protocol/charts';
import { ensureBuilt, pagesFolder } from '../support/built';
import { letters, report, results, stateOf } from '../support/chartStates';
import { findChromium, launchChromium } from '../support/machine/chromium';
import { findOrWhy } from '../support/machine/unavailable';
import { violations } from './pages/axe';
import { openPage } from './pages/chartView';
import type { ThemeName } from './pages/themes';

const texts = chartTexts();
const nine = ['random', 'maxHerding', 'typiclust', 'probcover', 'badge', 'margin', 'entropy', 'coreset', 'dropQuery'];
/** Every strategy and two hybrids, with and without pre-training: 38 curves. */
const every = [
  ...nine,
  ...['leastConfidence', 'glister', 'bald', 'adversarialDeepFool', 'uncertaintyHerding', 'kMeans', 'tcm'],
  ...['classBalancedRandom', 'typiclust-until-35-then-margin', 'typiclust-until-350-then-uncertaintyHerding'],
];
const hostileNames = [
  'random',
  '<img src=x onerror=alert(1)>',
  'typiclust, then margin after 200 labels, then whatever comes to mind on a rainy day',
  'بحث عشوائي',
  '😀👩🏽‍🔬 日本語の名前',
  '"quoted" & \'single\'',
];

const states: Record<string, ChartsState> = {
  run: stateOf(texts, {
    results: results([20, 40, 80, 120]),
    benchmarks: [{ name: 'cold start', report: report(['random', 'maxHerding', 'typiclust']) }],
  }),
  estimated: stateOf(texts, { results: results([20, 40, 80, 120], { estimate: true }) }),
  onePoint: stateOf(texts, { results: results([20]) }),
  nine: stateOf(texts, {
    results: results([20, 40, 80, 120, 200]),
    benchmarks: [{ name: 'cold start', report: report(nine) }],
  }),
  every: stateOf(texts, { benchmarks: [{ name: 'everything', report: report(every) }] }),
  letters: stateOf(texts, {
    classes: letters,
    results: results([52, 104, 208, 416], { classes: letters }),
    benchmarks: [{ name: 'letters', report: report(['random', 'maxHerding'], { classes: letters }) }],
  }),
  hostile: stateOf(texts, {
    dataset: '</title><script>alert(1)</script> faces',
    classes: hostileNames,
    results: results([70, 140, 280], { classes: hostileNames }),
    benchmarks: [
      { name: '<b>first</b>', report: report(hostileNames, { classes: hostileNames }) },
      {
        name: 'another benchmark with a name that is long enough to be cut somewhere',
        report: report(['random', 'margin'], { classes: hostileNames }),
      },
    ],
    problems: [
      {
        file: '/faces/warmstart/faces/results/0003.json',
        place: 'results/0003.json',
        message:
          'It is damaged at "metrics.accuracy": expected number; correct it, or restore it from version control.',
      },
    ],
  }),
  empty: stateOf(texts),
};

describe.skipIf(findOrWhy(findChromium).why)('the page of charts in a browser', () => {
  let browser: Browser;
  let html: string;
  const pictures = '.test-output/charts';

  beforeAll(async () => {
    mkdirSync(pictures, { recursive: true });
    await ensureBuilt();
    const webview = {
      cspSource: 'http://webview.test',
      asWebviewUri: (path: unknown) => `http://webview.test/${String(path).split('/').at(-1)}`,
    };
    html = pageHtml(webview as unknown as Webview, Uri.file('/extension'), { name: 'charts', title: 'Charts' });
    browser = await launchChromium();
  }, 120_000);
  afterAll(() => browser?.close(), 60_000);

  const open = async (
    state: ChartsState,
    options: { theme?: ThemeName; width?: number; height?: number; kept?: unknown } = {},
  ) => {
    const opened = await openPage(browser, { html, folder: pagesFolder, ...options });
    await opened.send(state);
    return opened;
  };

  const looks: [string, ThemeName, number][] = [
    ['run', 'light', 1000],
    ['run', 'dark', 1400],
    ['run', 'contrast', 1000],
    ['run', 'dark', 420],
    ['estimated', 'light', 1000],
    ['onePoint', 'dark', 1000],
    ['nine', 'light', 1200],
    ['nine', 'dark', 1200],
    ['nine', 'contrast', 1200],
    ['nine', 'light', 420],
    ['every', 'light', 1200],
    ['every', 'contrast', 1200],
    ['every', 'dark', 420],
    ['hostile', 'dark', 1000],
    ['hostile', 'light', 420],
    ['empty', 'dark', 1000],
    ['empty', 'contrast', 420],
  ];
  it.each(looks)('draws %s, %s, %i pixels wide, without a complaint of the browser', async (name, theme, width) => {
    const { page, complaints } = await open(states[name], { theme, width });
    await page.screenshot({ path: join(pictures, `${name}-${theme}-${width}.png`), fullPage: true });
    expect(complaints).toEqual([]);
    // Nothing sticks out to the right.
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    await page.close();
  });

  it('keeps the bands of which it speaks in high contrast, as outlines', async () => {
    const { page } = await open(states.run, { theme: 'contrast' });
    const band = page.locator('.plot path.band').first();
    expect(await band.isVisible()).toBe(true);
    const look = await page.evaluate(`(() => {
      const { fillOpacity, strokeWidth, stroke } = getComputedStyle(document.querySelector('.plot path.band'));
      return { fillOpacity, strokeWidth, coloured: stroke !== 'none' };
    })()`);
    expect(look).toEqual({ fillOpacity: '0', strokeWidth: '1px', coloured: true });
    expect(await page.locator('.caption').allInnerTexts()).toContainEqual(expect.stringContaining('Bands:'));
    await page.close();
  });

  const choose = async (page: Page, dropdown: string, text: string) => {
    await page.click(`#${dropdown}`);
    await page.click(`#${dropdown} vscode-option:text-is("${text}")`);
    await page.waitForTimeout(50);
  };
  const legendTexts = (page: Page) => page.locator('.legend li button').allInnerTexts();
  const spoken = (page: Page) => page.locator('[role="status"]').innerText();

  it('shows the values of all curves at the number of labels under the pointer', async () => {
    const { page } = await open(states.run);
    const box = await page.locator('.plot .point[data-series="0"][data-labelled="80"]').boundingBox();
    await page.mouse.move((box?.x ?? 0) + 4, (box?.y ?? 0) + 60);
    expect(await page.locator('.legend h2').innerText()).toBe('At 80 labels (2 % of the pool)');
    expect(await page.locator('.cursor text').textContent()).toBe('80 labels');
    const values = await page.locator('.legend .value').allInnerTexts();
    expect(values).toEqual(['48.0 %', '–', '–', '–', '–', '–', '–']);
    await page.screenshot({ path: join(pictures, 'hover.png') });
    const other = await page.locator('.plot .point[data-series="1"][data-labelled="210"]').boundingBox();
    await page.mouse.move((other?.x ?? 0) + 4, (other?.y ?? 0) + 30);
    expect((await page.locator('.legend .value').allInnerTexts()).filter((value) => value.includes('±'))).toHaveLength(
      6,
    );
    expect(await page.locator('.cursor .ring').count()).toBe(6);
    await page.mouse.move(5, 5);
    expect(await page.locator('.legend h2').innerText()).toBe('At the end of each curve');
    expect(await page.locator('.cursor').count()).toBe(0);
    await page.close();
  });

  it('is read point by point with the arrow keys, and says each', async () => {
    const { page } = await open(states.run);
    const press = async (...keys: string[]) => {
      for (const key of keys) await page.keyboard.press(key);
      return spoken(page);
    };
    await page.focus('.plot');
    expect(await press('ArrowRight')).toBe('this run, pre-trained: 20 labels, accuracy 36.0 %');
    expect(await press('ArrowRight')).toBe('this run, pre-trained: 40 labels, accuracy 42.0 %');
    expect(await press('End')).toBe('this run, pre-trained: 120 labels, accuracy 51.5 %');
    expect(await press('ArrowDown')).toMatch(
      /^(Random|MaxHerding|TypiClust), pre-trained: 140 labels, accuracy [\d.]+ %, plus or minus [\d.]+, 3 seeds$/,
    );
    await page.screenshot({ path: join(pictures, 'keyboard.png') });
    expect(await press('Home')).toMatch(/: 70 labels,/);
    expect(await page.locator('.ring.current').count()).toBe(1);
    await press('Escape');
    expect(await page.locator('.cursor').count()).toBe(0);
    await page.close();
  });

  it('switches curves on and off, but never the baseline, and keeps the choice over a reload', async () => {
    const { page } = await open(states.run);
    const row = page.locator('.legend li button', { hasText: 'MaxHerding' }).first();
    await row.focus();
    await page.keyboard.press('Enter');
    expect(await row.getAttribute('aria-pressed')).toBe('false');
    expect(await spoken(page)).toBe('MaxHerding, pre-trained hidden');
    expect(await page.evaluate('document.activeElement.getAttribute("aria-pressed")')).toBe('false');
    expect(await page.locator('.plot .series').count()).toBe(6);
    const baseline = page.locator('.legend li button', { hasText: 'Random' }).first();
    await baseline.click({ force: true }); // aria-disabled, which Playwright would wait for
    expect(await page.locator('.plot .series').count()).toBe(6);
    expect(await spoken(page)).toContain('always shown');
    const kept = await page.evaluate('window.kept()');
    await page.close();

    const again = await open(states.run, { kept });
    expect(await again.page.locator('.plot .series').count()).toBe(6);
    await again.page.click('.legend > .link');
    expect(await again.page.locator('.plot .series').count()).toBe(7);
    await again.page.close();
  });

  it('stays of use with 38 curves: groups are hidden at once, the chart stays in sight, one curve stands out', async () => {
    const { page } = await open(states.every, { width: 1200, height: 700 });
    expect(await page.locator('.plot .series').count()).toBe(38);
    // names are not cut off: hybrids differ at their ends
    const cut = await page.evaluate(`[...document.querySelectorAll('.legend .name bdi')]
      .filter((name) => name.scrollHeight > name.clientHeight || name.scrollWidth > name.clientWidth).map((name) => name.textContent)`);
    expect(cut).toEqual([]);
    const last = page.locator('.legend li button').last();
    await last.scrollIntoViewIfNeeded();
    await last.hover();
    expect((await page.locator('.plot').boundingBox())?.y).toBeGreaterThanOrEqual(0);
    const series = await page.locator('.plot .series.emphasised').getAttribute('data-series');
    expect(await page.locator('.plot .band.emphasised').getAttribute('data-series')).toBe(series);
    await page.screenshot({ path: join(pictures, 'every-hover.png') });

    await page.getByRole('button', { name: 'Hide All: No pre-training' }).click();
    await page.getByRole('button', { name: 'Hide All: Pre-trained' }).click();
    expect(await page.locator('.plot .series').count()).toBe(2); // random is always there
    await page.locator('.legend li button', { hasText: 'typiclust until 35, then margin' }).first().click();
    expect(await page.locator('.plot .series').count()).toBe(3);
    await page.getByRole('button', { name: 'Hide All: Pre-trained' }).click();
    await page.getByRole('button', { name: 'Show All: Pre-trained' }).click();
    expect(await page.locator('.plot .series').count()).toBe(20);
    await page.close();
  });

  it('has no switch for all curves where there are few', async () => {
    const { page } = await open(states.run);
    expect(await page.locator('.legend .all:visible').count()).toBe(0);
    await page.close();
  });

  it('draws another metric, one class, every class, and another axis', async () => {
    const { page, complaints } = await open(states.letters, { theme: 'dark', width: 1200 });
    await choose(page, 'metric', 'Macro-F1');
    expect(await page.locator('h1').innerText()).toBe('Sample faces: macro-F1 by number of labels');
    await choose(page, 'metric', 'Recall of letter c');
    expect(await page.locator('h1').innerText()).toBe('Sample faces: recall of letter c by number of labels');
    await choose(page, 'axis', 'Logarithmic');
    expect(await page.locator('.caption').last().innerText()).toContain('Logarithmic axis');
    await choose(page, 'axis', 'Linear');
    expect(await page.locator('.caption').last().innerText()).not.toContain('Logarithmic axis');
    await choose(page, 'metric', 'Recall of every class');
    expect(await legendTexts(page)).toHaveLength(26);
    await page.screenshot({ path: join(pictures, 'letters.png'), fullPage: true });
    await choose(page, 'of', 'MaxHerding, no pre-training');
    expect(await page.locator('h1').innerText()).toContain('MaxHerding, no pre-training');
    await page.click('#metric');
    await page.screenshot({ path: join(pictures, 'dropdown.png') });
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('shows the numbers as a table, which is always there for screen readers', async () => {
    const { page } = await open(states.nine, { width: 1000 });
    expect(await page.locator('table tbody tr').count()).toBe(19);
    expect(await page.locator('.figure').isVisible()).toBe(true);
    await page.click('#toggle-table');
    expect(await page.locator('.figure').isVisible()).toBe(false);
    expect(await page.locator('thead th').first().innerText()).toBe('Curve');
    expect(await page.locator('tbody tr').first().locator('th').innerText()).toBe('this run');
    await page.screenshot({ path: join(pictures, 'table.png'), fullPage: true });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(1000);
    await page.click('#toggle-table');
    expect(await page.locator('.figure').isVisible()).toBe(true);
    await page.close();
  });

  it('exports what is seen as SVG, PNG and CSV', async () => {
    const { page, posted } = await open(states.run, { theme: 'dark' });
    await page.locator('.legend li button', { hasText: 'TypiClust' }).first().click();
    await page.click('#export');
    await page.screenshot({ path: join(pictures, 'export-choice.png'), fullPage: true });
    for (const format of ['svg', 'png', 'csv']) await page.click(`#export-${format}`);
    await expect.poll(() => page.evaluate('window.posted.length'), { timeout: 20_000 }).toBe(4); // with 'ready'
    const byFormat = new Map((await posted()).map(({ params }) => [params.format, params]));
    const svg = String(byFormat.get('svg')?.content);
    expect(svg).toContain('<rect class="background" width="880" height="480" fill="#1f1f1f"/>');
    expect(svg).not.toContain('var(');
    expect(svg).toContain('stroke="#4ea8f0"');
    expect(svg.match(/class="series/g)).toHaveLength(6);
    const { bytes } = (byFormat.get('png') as { content: { bytes: number[] } }).content;
    const picture = await sharp(Buffer.from(bytes)).png().toFile(join(pictures, 'export.png'));
    expect([picture.width, picture.height]).toEqual([1760, 960]);
    expect(String(byFormat.get('csv')?.content).split('\r\n')[1]).toMatch(/^this run,true,20,0.005,0.36/);
    expect(byFormat.get('csv')?.name).toBe('Sample faces accuracy');
    await page.close();
  });

  it('exports in colours and widths for print, and the table for documents, by keys alone', async () => {
    const { page, posted } = await open(states.run, { theme: 'dark' });
    await page.locator('#export').focus();
    await page.keyboard.press('Enter');
    await choose(page, 'colours', 'Transparent');
    await choose(page, 'width', 'Single Column (85 mm)');
    for (const id of ['export-svg', 'export-png', 'copy-md', 'copy-tex']) {
      await page.locator(`#${id}`).focus();
      await page.keyboard.press('Enter');
    }
    await expect.poll(() => page.evaluate('window.posted.length'), { timeout: 20_000 }).toBe(5); // with 'ready'
    const all = await posted();
    const files = new Map(all.map(({ params }) => [params.format, params.content]));
    const svg = String(files.get('svg'));
    expect(svg).toMatch(/^<svg [^>]*width="321"/);
    expect(svg).not.toContain('class="background"');
    expect(svg).not.toMatch(/font-weight="600">Sample faces/);
    await sharp(Buffer.from(svg), { density: 225 })
      .flatten({ background: '#ffffff' })
      .toFile(join(pictures, 'single.png'));
    const { bytes } = files.get('png') as { bytes: number[] };
    const { width, hasAlpha } = await sharp(Buffer.from(bytes)).metadata();
    expect([width, hasAlpha]).toEqual([1003, true]); // 85 mm at 300 dots an inch
    const texts = all.flatMap(({ method, params }) => (method === 'copy' ? [String(params.text)] : []));
    expect(texts[0]).toMatch(/\n\| Curve \| Pre-training \| 20 \(0\.50 %\) /);
    expect(texts[1]).toContain('\\toprule');
    expect(texts[1]).toMatch(/\n {4}TypiClust & yes & .*\$\\pm\$ /);
    await page.close();
  });

  it('opens the report of a benchmark', async () => {
    const { page, posted } = await open({ ...states.run, benchmark: 'cold start' });
    await page.click('#open-report');
    expect((await posted())[0]).toMatchObject({ method: 'openReport' });
    await page.close();
  });

  it.each<[string, ThemeName]>([
    ['run', 'light'],
    ['run', 'dark'],
    ['estimated', 'contrast'],
    ['run', 'contrastLight'],
    ['empty', 'dark'],
  ])('has nothing that axe-core finds fault with: %s, %s', async (name, theme) => {
    const { page } = await open(states[name], { theme });
    if (name !== 'empty') await page.click('#export');
    expect(await violations(page)).toEqual([]);
    await page.close();
  });

  it('draws the rest when a file is damaged, names it, and opens it', async () => {
    const { page, posted } = await open(states.hostile);
    expect(await page.locator('.problems').innerText()).toContain('results/0003.json: It is damaged at');
    expect(await page.locator('.plot .series').count()).toBe(13);
    await page.click('.problems .link');
    expect((await posted())[0]).toMatchObject({
      method: 'openFile',
      params: { file: '/faces/warmstart/faces/results/0003.json' },
    });
    await page.close();
  });

  it('says what to do when there is nothing to draw, and takes over what comes', async () => {
    const { page, posted, send } = await open(states.empty);
    await page.click('vscode-button:text-is("Run Active Round")');
    expect((await posted())[0]).toMatchObject({ method: 'runRound' });
    await page.evaluate(
      "window.postMessage({ kind: 'failure', id: 1, message: 'The engine could not be started; see the log.' }, '*')",
    );
    await expect.poll(() => page.locator('.failure').innerText()).toBe('The engine could not be started; see the log.');
    await send(states.onePoint);
    expect(await page.locator('.empty').count()).toBe(0);
    expect(await legendTexts(page)).toHaveLength(1);
    await page.setViewportSize({ width: 500, height: 700 });
    await expect.poll(() => page.locator('.plot svg').getAttribute('width')).toBe('460');
    await page.close();
  });
});
