import { mkdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Uri, Webview } from 'vscode';
import { chartTexts } from '../../src/extension/charts/chartTexts';
import { pageHtml } from '../../src/extension/webview/page';
import type { ChartsState } from '../../src/shared/protocol/charts';
import { browserPath, buildPage, launch, openPage } from './chartPage';
import { letters, report, results, stateOf } from './chartStates';
import type { ThemeName } from './colourThemes';

vi.mock('vscode', () => ({
  env: { language: 'en' },
  l10n: { t: (text: string, ...values: unknown[]) => text.replace(/\{(\d)\}/g, (all, i) => String(values[i] ?? all)) },
  Uri: { joinPath: (base: string, ...more: string[]) => [base, ...more].join('/') },
}));

if (!browserPath) console.warn('No Chromium: the page of charts is not tested. Set CHROMIUM to the path of one.');

const texts = chartTexts();
const nine = ['random', 'maxHerding', 'typiclust', 'probcover', 'badge', 'margin', 'entropy', 'coreset', 'dropQuery'];
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

describe.skipIf(!browserPath)('the page of charts in a browser', () => {
  let browser: Browser;
  let folder: string;
  let html: string;
  const pictures = '.test-output/charts';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'warmstart-charts-'));
    mkdirSync(pictures, { recursive: true });
    await buildPage(folder);
    const webview = {
      cspSource: 'http://webview.test',
      asWebviewUri: (path: unknown) => `http://webview.test/${String(path).split('/').at(-1)}`,
    };
    html = pageHtml(webview as unknown as Webview, '/extension' as unknown as Uri, { name: 'charts', title: 'Charts' });
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const open = async (
    state: ChartsState,
    options: { theme?: ThemeName; width?: number; height?: number; kept?: unknown } = {},
  ) => {
    const opened = await openPage(browser, { html, folder, ...options });
    await opened.send(state);
    return opened;
  };

  const looks: [string, ThemeName, number][] = [
    ['run', 'light', 1000],
    ['run', 'dark', 1400],
    ['run', 'contrast', 1000],
    ['run', 'contrastLight', 1000],
    ['run', 'dark', 420],
    ['estimated', 'light', 1000],
    ['onePoint', 'dark', 1000],
    ['nine', 'light', 1200],
    ['nine', 'dark', 1200],
    ['nine', 'contrast', 1200],
    ['nine', 'light', 420],
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
});
