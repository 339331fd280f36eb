import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { outputFolder } from '../folders';
import { findChromium, launchChromium } from '../machine/chromium';
import { findCodeServer } from '../machine/codeServer';
import { findOrWhy } from '../machine/unavailable';
import { runCommand } from './palette';
import { installExtension, type Server, startServer } from './server';
import { packagedExtension } from './vsix';

/** Why a workbench can't be had on this machine, or null. */
export const workbenchMissing = (): string | null =>
  findOrWhy(() => {
    findCodeServer();
    findChromium();
  }).why;

export interface WorkbenchOptions {
  /** An existing folder to open; a new, empty one by default. */
  readonly folder?: string;
  /** Folder of extensions of another workbench, where ours is installed already. */
  readonly extensions?: string;
  readonly settings?: Record<string, unknown>;
  readonly keybindings?: readonly unknown[];
  /** More environment of the server and its extension hosts. */
  readonly env?: Record<string, string>;
  readonly trustAll?: boolean;
  readonly width?: number;
  readonly height?: number;
}

/** A window of VS Code with the packaged extension installed. */
export interface Workbench {
  readonly page: Page;
  /** The open folder. */
  readonly folder: string;
  readonly server: Server;
  /** Folder of the installed extensions. */
  readonly extensions: string;
  /** One more window on the same folder, with an extension host of its own. */
  another(): Promise<Page>;
  /** As "Developer: Reload Window". */
  reload(): Promise<void>;
  close(): Promise<void>;
}

export async function openWorkbench(options: WorkbenchOptions = {}): Promise<Workbench> {
  const home = await mkdtemp(join(tmpdir(), 'ws-')); // short: sockets lie below it
  const folder = options.folder ?? join(home, 'faces');
  await mkdir(folder, { recursive: true });
  const folders = { userData: join(home, 'user'), extensions: options.extensions ?? join(home, 'extensions') };
  await mkdir(join(folders.userData, 'User'), { recursive: true });
  await writeFile(join(folders.userData, 'User', 'keybindings.json'), JSON.stringify(options.keybindings ?? []));
  if (!options.extensions) await installExtension(folders, await packagedExtension());
  const server = await startServer({
    ...folders,
    trustAll: options.trustAll ?? true,
    settings: options.settings ?? {},
    env: options.env ?? {},
    log: join(outputFolder, 'ui', 'server.log'),
  });
  let browser: Browser | undefined;
  const close = async (): Promise<void> => {
    await browser?.close();
    await server.close();
    await rm(home, { recursive: true, force: true });
  };
  try {
    const chromium = await launchChromium();
    browser = chromium;
    const another = async (): Promise<Page> => {
      const size = { width: options.width ?? 1280, height: options.height ?? 800 };
      const opened = await chromium.newPage({ viewport: size, reducedMotion: 'reduce' });
      opened.setDefaultTimeout(60_000);
      await opened.goto(`${server.url}/?folder=${encodeURIComponent(folder)}`, { waitUntil: 'commit' });
      await ready(opened);
      return opened;
    };
    const page = await another();
    const reload = async (): Promise<void> => {
      const loaded = page.waitForEvent('domcontentloaded');
      await runCommand(page, 'Developer: Reload Window'); // not page.reload(), which leaves no time to save the editors
      await loaded;
      await ready(page);
    };
    return { page, folder, server, extensions: folders.extensions, another, reload, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function ready(page: Page): Promise<void> {
  await page.locator('.monaco-workbench .part.statusbar .statusbar-item').first().waitFor({ timeout: 120_000 });
  // our own place in the activity bar: the extensions are known
  await page.locator('.activitybar .action-item a[aria-label^="Warmstart"]').waitFor({ timeout: 120_000 });
}
