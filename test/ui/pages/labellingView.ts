import { watch } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import type { Uri, Webview } from 'vscode';
import { LabellingSession } from '../../../src/extension/labelling/labellingSession';
import { pageHtml } from '../../../src/extension/webview/page';
import { servePage } from '../../../src/extension/webview/servePage';
import type { LabellingMethods, LabellingState } from '../../../src/shared/protocol/labelling';
import type { Batch } from '../../support/labellingBatch';
import { type ThemeName, themes } from './themes';

const root = fileURLToPath(new URL('../../../', import.meta.url));
let built: Promise<Map<string, Uint8Array>> | null = null;

/** The page's script and style sheet, built as for the extension. */
async function buildPages(): Promise<Map<string, Uint8Array>> {
  const { outputFiles } = await esbuild.build({
    absWorkingDir: root,
    entryPoints: { labelling: 'webview-ui/labelling/main.ts' },
    bundle: true,
    minify: true,
    write: false,
    platform: 'browser',
    target: 'es2022',
    format: 'iife',
    outdir: 'dist/webview',
    logLevel: 'silent',
  });
  return new Map(outputFiles.map(({ path, contents }) => [path.slice(path.lastIndexOf('/') + 1), contents]));
}

export interface LabellingView {
  readonly page: Page;
  readonly session: LabellingSession;
  /** What the browser complained about: errors, and what the content security policy refused. */
  readonly complaints: string[];
  /** Commands that the page ran. */
  readonly commands: string[];
  theme(name: ThemeName): Promise<void>;
  /** What VS Code does with a hidden webview: throws the document away and loads it again; the kept state stays. */
  reload(): Promise<void>;
  close(): Promise<void>;
}

/** Opens the real page, with the real session behind it, in a browser. */
export async function openLabelling(
  browser: Browser,
  batch: Batch,
  { annotator = 'anna', width = 620, height = 860, theme = 'dark' as ThemeName, kept = undefined as unknown } = {},
): Promise<LabellingView> {
  built ??= buildPages();
  const files = await built;
  const commands: string[] = [];
  const complaints: string[] = [];
  const listeners: ((message: never) => void)[] = [];
  let origin = '';
  const webview = {
    get cspSource() {
      return origin;
    },
    asWebviewUri: (uri: Uri) => `${origin}/file${encodeURI(uri.fsPath).replace(/[?#]/g, encodeURIComponent)}`,
    postMessage: async (message: unknown) => {
      await page
        .evaluate(
          (data) => (globalThis as unknown as { postMessage(data: unknown, to: string): void }).postMessage(data, '*'),
          message,
        )
        .catch(() => {}); // a page that reloads
      return true;
    },
    onDidReceiveMessage: (listener: (message: never) => void) => {
      listeners.push(listener);
      return { dispose() {} };
    },
  } as unknown as Webview;
  const html = () => pageHtml(webview, { fsPath: '/extension' } as Uri, { name: 'labelling', title: 'Label faces' });
  const server = createServer(async ({ url = '/' }, response) => {
    const { pathname } = new URL(url, 'http://127.0.0.1');
    const name = pathname.slice(pathname.lastIndexOf('/') + 1);
    try {
      if (pathname === '/favicon.ico') response.end();
      else if (pathname === '/') response.setHeader('content-type', 'text/html').end(html());
      else if (pathname.startsWith('/file/extension/')) {
        response.setHeader('content-type', name.endsWith('.css') ? 'text/css' : 'text/javascript');
        response.end(files.get(name));
      } else response.end(await readFile(decodeURIComponent(pathname.slice('/file'.length))));
    } catch {
      response.statusCode = 404;
      response.end();
    }
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const page = await browser.newPage({ viewport: { width, height } });
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

  await mkdir(join(batch.directory, 'labels'), { recursive: true });
  let sending: NodeJS.Timeout | undefined;
  const session = new LabellingSession({ workspace: batch.workspace, dataset: 'faces', round: 1 }, batch.directory, {
    engine: batch.engine,
    annotator: () => annotator,
    autoAdvance: () => true,
    uriOf: (path) => String(webview.asWebviewUri({ fsPath: path } as Uri)),
    changed: () => {
      sending ??= setTimeout(sendNow, 10);
    },
  });
  const sendNow = () => {
    clearTimeout(sending);
    sending = undefined;
    served.send(session.state());
  };
  const truthFirst = <T>(work: Promise<T>) =>
    work.catch((error) => {
      sendNow();
      throw error;
    });
  const served = servePage<LabellingMethods, LabellingState>(webview, {
    state: () => session.state(),
    handlers: {
      answer: (params) => truthFirst(session.answer(params)),
      flag: (params) => truthFirst(session.flag(params)),
      undo: () => truthFirst(session.undo()),
      dropUnsaved: (params) => session.dropUnsaved(params),
      suggest: (params) => session.suggest(params),
      explainImage: (params) => session.explainImage(params),
      runRound: () => {
        commands.push('runRound');
        return null;
      },
      showChart: () => {
        commands.push('showChart');
        return null;
      },
    },
  });
  await session.refresh();
  const watchers = ['labels', 'rounds'].map((folder) =>
    watch(join(batch.directory, folder), () => setTimeout(() => void session.refresh(), 30)),
  );
  const load = async () => {
    await page.goto(`${origin}/`);
    await page.waitForSelector('html[data-view=labelling]');
  };
  await load();
  return {
    page,
    session,
    complaints,
    commands,
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
      for (const watcher of watchers) watcher.close();
      clearTimeout(sending);
      session.dispose();
      await page.close();
      server.closeAllConnections();
      server.close();
    },
  };
}
