import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Uri, type Webview } from 'vscode';
import { type Page as OurPage, pageHtml } from '../../src/extension/webview/page';
import { ensureBuilt, pagesFolder } from '../support/built';
import { projectFolder } from '../support/folders';
import { findChromium, launchChromium } from '../support/machine/chromium';
import { findOrWhy } from '../support/machine/unavailable';
import { tryAll } from './pages/attempts';

/** Every page that is built. */
const names = readdirSync(join(projectFolder, 'webview-ui')).filter((name) =>
  existsSync(join(projectFolder, 'webview-ui', name, 'main.ts')),
) as OurPage['name'][];
const PIXEL = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

describe.skipIf(findOrWhy(findChromium).why)('the policy of the pages, in a browser', () => {
  let browser: Browser;
  const servers: Server[] = [];
  /** What pages may load from, and what they may not. */
  let source = '';
  let remote = '';
  /** What was asked of `remote`. */
  const asked = new Set<string>();
  let html = '';

  const served = async (server: Server): Promise<string> => {
    servers.push(server);
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };

  beforeAll(async () => {
    await ensureBuilt();
    browser = await launchChromium();
    const ours = createServer(async ({ url = '/' }, response) => {
      const name = url.slice(1);
      if (name === '') return response.setHeader('content-type', 'text/html').end(html);
      if (name === 'image.gif') return response.setHeader('content-type', 'image/gif').end(PIXEL);
      if (!/^\w+\.(js|css)$/.test(name)) return response.setHeader('content-type', 'text/javascript').end('');
      response.setHeader('content-type', name.endsWith('.css') ? 'text/css' : 'text/javascript');
      return response.end(await readFile(join(pagesFolder, name)));
    });
    const others = createServer(({ url = '/' }, response) => {
      asked.add(url.slice(1));
      response.setHeader('access-control-allow-origin', '*');
      const types: Record<string, string> = { '/remoteImage': 'image/gif', '/remoteStyle': 'text/css' };
      response.setHeader('content-type', types[url] ?? 'text/javascript');
      response.end(url === '/remoteImage' ? PIXEL : '');
    });
    others.on('upgrade', ({ url = '/' }, socket) => {
      asked.add(url.slice(1));
      socket.destroy();
    });
    source = await served(ours);
    remote = await served(others);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
  }, 60_000);

  /** A page of ours as VS Code gets it, changed by `change`; and what the browser said against it while it was loaded. */
  async function open(name: OurPage['name'], change = (text: string) => text): Promise<{ page: Page; said: string[] }> {
    const webview = {
      cspSource: source,
      asWebviewUri: (uri: Uri) => `${source}/${uri.path.split('/').at(-1)}`,
    };
    html = change(pageHtml(webview as unknown as Webview, Uri.file('/extension'), { name, title: 'x' }));
    asked.clear();
    const page = await browser.newPage();
    const said: string[] = [];
    page.on('pageerror', (error) => said.push(error.message));
    page.on('console', (message) => message.type() === 'error' && said.push(message.text()));
    await page.addInitScript({
      content: `window.posted = [];
        window.acquireVsCodeApi = () => ({ postMessage: (message) => window.posted.push(message), getState() {}, setState() {} });`,
    });
    await page.goto(`${source}/`);
    return { page, said: [...said] };
  }

  /** Which attempts got through, by what the page saw or what the other server was asked. */
  async function through(page: Page): Promise<string[]> {
    const got = await page.evaluate<Record<string, boolean>>(tryAll(remote));
    return Object.keys(got).filter((name) => got[name] || asked.has(name));
  }

  it('is what stands between a page and everything that is tried here', async () => {
    const { page } = await open('round', (text) =>
      text.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, ''),
    );
    const got = await page.evaluate<Record<string, boolean>>(tryAll(remote));
    expect(Object.keys(got).filter((name) => !got[name] && !asked.has(name))).toEqual([]);
    await page.close();
  });

  it.each(names)('lets the page of %s run, load its style and show its images, and nothing else', async (name) => {
    const { page, said } = await open(name);
    expect(said).toEqual([]);
    expect(await page.evaluate('window.posted')).toEqual([{ kind: 'ready' }]);
    expect(await page.evaluate('document.styleSheets.length')).toBeGreaterThan(0);
    const shows = (src: string) =>
      page.evaluate(`new Promise((done) => {
        const image = new Image();
        image.onload = () => done(true);
        image.onerror = () => done(false);
        image.src = ${JSON.stringify(src)};
      })`);
    expect(await shows(`${source}/image.gif`)).toBe(true);
    expect(await shows(`data:image/gif;base64,${PIXEL.toString('base64')}`)).toBe(true);
    expect(await through(page)).toEqual([]);
    expect([...asked]).toEqual([]);
    await page.close();
  });

  it('has another nonce each time', () => {
    const webview = { cspSource: source, asWebviewUri: () => source } as unknown as Webview;
    const nonces = Array.from(
      { length: 20 },
      () => /script-src 'nonce-([^']+)'/.exec(pageHtml(webview, Uri.file('/x'), { name: 'charts', title: '' }))?.[1],
    );
    expect(new Set(nonces).size).toBe(20);
    expect(nonces.every((nonce) => Buffer.from(nonce ?? '', 'base64').length === 16)).toBe(true);
  });
});
