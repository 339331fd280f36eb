import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { Uri, WebviewPanel } from 'vscode';
import { pagesFolder } from '../../support/built';
import { executed } from '../../support/vscodeStub';
import { type ThemeName, themes } from './themes';

export interface PanelView {
  readonly page: Page;
  /** What the browser complained about: errors, and what the content security policy refused. */
  readonly complaints: string[];
  /** Commands that have been run since it was opened. */
  commands(): unknown[];
  theme(name: ThemeName): Promise<void>;
  /** What VS Code does with a hidden webview: throws the document away and loads it again; the kept state stays. */
  reload(): Promise<void>;
  close(): Promise<void>;
}

export interface PanelOptions {
  readonly width?: number;
  readonly height?: number;
  /** Pixels of the screen for one of the page: 2 where the window is zoomed to 200 %, which leaves the page half of the width. */
  readonly zoom?: number;
  readonly theme?: ThemeName;
  readonly kept?: unknown;
}

export type TestedPanel = Pick<WebviewPanel, 'title' | 'iconPath' | 'webview' | 'onDidDispose'>;

/** The extension's side of a page. */
export interface PanelHost {
  readonly ready: Promise<unknown>;
  dispose(): void;
}

/** Opens a real page in a browser, and behind it the extension's own side, which `makeHost` makes, in a panel of ours. */
export async function openPanel(
  browser: Browser,
  { view, makeHost }: { view: string; makeHost(panel: TestedPanel, extensionUri: Uri): PanelHost },
  { width = 620, height = 860, zoom = 1, theme = 'dark', kept }: PanelOptions = {},
): Promise<PanelView> {
  const complaints: string[] = [];
  const listeners: ((message: never) => void)[] = [];
  let origin = '';
  const extensionUri = { fsPath: '/extension' } as Uri;
  const panel = {
    title: '',
    onDidDispose: () => ({ dispose() {} }),
    webview: {
      html: '',
      options: {},
      get cspSource() {
        return origin;
      },
      asWebviewUri: (uri: Uri) => `${origin}/file${encodeURI(uri.fsPath).replace(/[?#]/g, encodeURIComponent)}`,
      postMessage: async (message: unknown) => {
        await page
          .evaluate(
            (data) =>
              (globalThis as unknown as { postMessage(data: unknown, to: string): void }).postMessage(data, '*'),
            message,
          )
          .catch(() => {}); // a page that reloads
        return true;
      },
      onDidReceiveMessage: (listener: (message: never) => void) => {
        listeners.push(listener);
        return { dispose() {} };
      },
    },
  } as unknown as TestedPanel;
  const server = createServer(async ({ url = '/' }, response) => {
    const { pathname } = new URL(url, 'http://127.0.0.1');
    const name = pathname.slice(pathname.lastIndexOf('/') + 1);
    try {
      if (pathname === '/favicon.ico') response.end();
      else if (pathname === '/') response.setHeader('content-type', 'text/html').end(panel.webview.html);
      else if (pathname.startsWith('/file/extension/')) {
        response.setHeader('content-type', name.endsWith('.css') ? 'text/css' : 'text/javascript');
        response.end(await readFile(join(pagesFolder, name)));
      } else response.end(await readFile(decodeURIComponent(pathname.slice('/file'.length))));
    } catch {
      response.statusCode = 404;
      response.end();
    }
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const page = await browser.newPage({
    viewport: { width: Math.round(width / zoom), height: Math.round(height / zoom) },
    deviceScaleFactor: zoom,
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  await page.exposeFunction('tellExtension', (message: never) => {
    for (const listener of listeners) listener(message);
  });
  await page.addInitScript(
    ({ initial, bodyClass, variables }) => {
      const scope = globalThis as unknown as Record<string, never> & {
        sessionStorage: { getItem(key: string): string | null; setItem(key: string, value: string): void };
        document: {
          addEventListener(type: string, listener: () => void): void;
          body: { className: string };
          documentElement: { style: { setProperty(name: string, value: string): void } };
        };
        tellExtension(message: unknown): void;
        acquireVsCodeApi: unknown;
      };
      const keep = (state: unknown) => scope.sessionStorage.setItem('kept', JSON.stringify(state));
      if (scope.sessionStorage.getItem('kept') === null && initial !== undefined) keep(initial);
      scope.acquireVsCodeApi = () => ({
        postMessage: (message: unknown) => scope.tellExtension(message),
        getState: () => JSON.parse(scope.sessionStorage.getItem('kept') ?? 'null') ?? undefined,
        setState: keep,
      });
      scope.document.addEventListener('DOMContentLoaded', () => {
        scope.document.body.className = bodyClass;
        for (const [name, value] of Object.entries(variables))
          scope.document.documentElement.style.setProperty(`--vscode-${name}`, value);
      });
    },
    { initial: kept, ...themes[theme] },
  );

  const before = executed.length;
  const host = makeHost(panel, extensionUri);
  await host.ready;
  const load = async () => {
    await page.goto(`${origin}/`);
    await page.waitForSelector(`html[data-view=${view}]`);
  };
  await load();
  return {
    page,
    complaints,
    commands: () => executed.slice(before).map(([command]) => command),
    async theme(name) {
      await page.evaluate(({ bodyClass, variables }) => {
        const { document } = globalThis as unknown as {
          document: {
            body: { className: string };
            documentElement: {
              removeAttribute(name: string): void;
              style: { setProperty(name: string, value: string): void };
            };
          };
        };
        document.documentElement.removeAttribute('style');
        for (const [key, value] of Object.entries(variables))
          document.documentElement.style.setProperty(`--vscode-${key}`, value);
        document.body.className = bodyClass;
      }, themes[name]);
    },
    reload: load,
    async close() {
      host.dispose();
      await page.close();
      server.closeAllConnections();
      server.close();
    },
  };
}
