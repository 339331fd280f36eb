/**
 * A stand-in for VS Code's program, for `@vscode/test-electron`: takes the arguments of VS Code that a test run uses,
 * shows the workbench of code-server in a browser without a window, and ends with the suites' exit code.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { launchChromium } from '../support/machine/chromium';
import { startServer } from '../support/workbench/server';

const MINUTES = 10;
const FOLDERS_SECONDS = 15;
const ATTEMPTS = 4;

interface Arguments {
  readonly values: ReadonlyMap<string, string>;
  readonly folder: string | undefined;
}

function readArguments(args: readonly string[]): Arguments {
  const values = new Map<string, string>();
  let folder: string | undefined;
  for (const argument of args) {
    const option = /^--([^=]+)(?:=(.*))?$/s.exec(argument);
    if (option?.[1]) values.set(option[1], option[2] ?? '');
    else folder = argument;
  }
  return { values, folder };
}

const isWorkspaceFile = (path: string): boolean => path.endsWith('.code-workspace');

function workbenchAddress(server: string, { values, folder }: Arguments): string {
  const address = new URL(server);
  if (folder) address.searchParams.set(isWorkspaceFile(folder) ? 'workspace' : 'folder', folder);
  else address.searchParams.set('ew', 'true'); // an empty window, not the last folder
  const remote = (path: string): string => `vscode-remote://${address.host}${path}`;
  const payload = ['extensionDevelopmentPath', 'extensionTestsPath'].map((name) => [
    name,
    remote(values.get(name) ?? ''),
  ]);
  address.searchParams.set('payload', JSON.stringify(payload));
  return address.href;
}

/**
 * Waits until the workbench shows the folders of a workspace file. On a server it starts without them, reads the file
 * when it is connected, and now and then never finds them; a person then loads the window again.
 */
async function untilFoldersShow(page: Page): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await page
        .locator('.explorer-folders-view .monaco-list-row')
        .first()
        .waitFor({ timeout: FOLDERS_SECONDS * 1000 });
      return;
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      console.log(`The workbench shows no folders of its workspace file after ${FOLDERS_SECONDS} s: loaded again.`);
      await page.reload({ waitUntil: 'commit' });
    }
  }
}

async function main(): Promise<number> {
  const given = readArguments(process.argv.slice(2));
  const home = await mkdtemp(join(tmpdir(), 'warmstart-host-'));
  const server = await startServer({
    userData: given.values.get('user-data-dir') ?? join(home, 'user'),
    extensions: given.values.get('extensions-dir') ?? join(home, 'extensions'),
    trustAll: given.values.has('disable-workspace-trust'),
    testDriver: true,
    log: join(home, 'server.log'),
  });
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    return await new Promise<number>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`The suites did not end within ${MINUTES} minutes.`)),
        MINUTES * 60_000,
      );
      const end = (code: number): void => {
        clearTimeout(timer);
        resolve(code);
      };
      page.on('crash', () => reject(new Error('The page of the workbench crashed.')));
      const open = async (): Promise<void> => {
        await page.exposeFunction('codeAutomationLog', (_kind: string, line: unknown[]) =>
          console.log(...line.map(String)),
        );
        await page.exposeFunction('codeAutomationExit', end);
        await page.goto(workbenchAddress(server.url, given), { waitUntil: 'commit', timeout: 120_000 });
        if (given.folder && isWorkspaceFile(given.folder)) await untilFoldersShow(page);
      };
      open().catch(reject);
    });
  } finally {
    await browser.close();
    await server.close();
    await rm(home, { recursive: true, force: true });
  }
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
