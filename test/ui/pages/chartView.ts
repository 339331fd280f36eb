import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { chartTheme } from './chartThemes';
import type { ThemeName } from './themes';

/** The page of charts in a browser of its own, with a stub in place of VS Code. */

const origin = 'http://webview.test';
/** VS Code's side of a webview, as text, because it runs in the browser. Bytes are told apart from arrays. */
const stub = `({ bodyClass, variables, kept }) => {
  let state = kept ?? undefined;
  window.posted = [];
  window.kept = () => state;
  const plain = (key, value) => (value instanceof Uint8Array ? { bytes: Array.from(value) } : value);
  window.acquireVsCodeApi = () => ({
    postMessage: (message) => window.posted.push(JSON.parse(JSON.stringify(message, plain))),
    getState: () => state,
    setState: (next) => { state = structuredClone(next); },
  });
  document.addEventListener('DOMContentLoaded', () => {
    for (const [name, value] of Object.entries(variables)) document.documentElement.style.setProperty('--vscode-' + name, value);
    document.body.classList.add(...bodyClass.split(' '));
  });
}`;

export interface Opened {
  readonly page: Page;
  /** Everything that the page posted, without "ready". */
  posted(): Promise<Posted[]>;
  send(state: unknown): Promise<void>;
  /** What the browser complained of: errors, and breaches of the content security policy. */
  readonly complaints: string[];
}

export interface Posted {
  readonly kind: string;
  readonly id: number;
  readonly method: string;
  readonly params: Record<string, unknown>;
}

export async function openPage(
  browser: Browser,
  {
    html,
    folder,
    theme = 'light',
    width = 1000,
    height = 760,
    kept,
  }: {
    html: string;
    folder: string;
    theme?: ThemeName;
    width?: number;
    height?: number;
    kept?: unknown;
  },
): Promise<Opened> {
  const page = await browser.newPage({ viewport: { width, height }, reducedMotion: 'reduce' });
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await page.route(`${origin}/**`, async (route) => {
    const name = new URL(route.request().url()).pathname.slice(1);
    if (name === '') return route.fulfill({ contentType: 'text/html', body: html });
    const type = name.endsWith('.css') ? 'text/css' : 'text/javascript';
    return route.fulfill({ contentType: type, body: await readFile(join(folder, name)) });
  });
  const { bodyClass, variables } = chartTheme(theme);
  await page.addInitScript({ content: `(${stub})(${JSON.stringify({ bodyClass, variables, kept: kept ?? null })})` });
  await page.goto(`${origin}/`);
  return {
    page,
    complaints,
    posted: () => page.evaluate<Posted[]>('window.posted.filter((message) => message.kind !== "ready")'),
    async send(state) {
      await page.evaluate(`window.postMessage(${JSON.stringify({ kind: 'state', state })}, '*')`);
      await page.waitForSelector('html[data-view="charts"]');
      await page.waitForTimeout(60);
    },
  };
}
