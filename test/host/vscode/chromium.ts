import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { projectFolder } from './folders';
import { findProgram, installByApt, runProgram } from './program';
import { Unavailable } from './unavailable';

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome'];
const applications = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** A browser that is on this machine, or undefined. */
export function findChromium(): string | undefined {
  const named = process.env.WARMSTART_CHROMIUM;
  if (named) return named;
  return findProgram(names) ?? [...applications, chromium.executablePath()].find((path) => existsSync(path));
}

/**
 * A browser to test in, installed where there is none: by apt-get when root on Debian, else by Playwright.
 * @throws Unavailable
 */
export async function ensureChromium(): Promise<string> {
  const found = findChromium();
  if (found) return found;
  const problem =
    (await attempt(() => installByApt(['chromium', 'fonts-dejavu-core'], 'Chromium'))) ??
    (await attempt(installByPlaywright));
  const installed = findChromium();
  if (installed) return installed;
  throw new Unavailable(
    `There is no Chromium on this machine and none could be installed: ${problem ?? 'no reason given'}`,
  );
}

/** Starts the browser without a window, quiet and with nothing kept from earlier runs. */
export async function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: await ensureChromium(),
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
      ...['--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'],
    ],
  });
}

async function attempt(install: () => Promise<void>): Promise<string | undefined> {
  try {
    await install();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function installByPlaywright(): Promise<void> {
  console.log('Installing Chromium with Playwright …');
  const playwright = dirname(
    createRequire(join(projectFolder, 'package.json')).resolve('playwright-core/package.json'),
  );
  await runProgram(process.execPath, [join(playwright, 'cli.js'), 'install', 'chromium'], { minutes: 5 });
}
