import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { projectFolder } from '../folders';
import { findProgram, installByApt, runProgram } from '../program';
import { NotSetUp } from './unavailable';

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome'];
const applications = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/**
 * The browser to test in: the one that WARMSTART_CHROMIUM names, else one of this machine, else Playwright's.
 * @throws NotSetUp
 */
export function findChromium(): string {
  const named = process.env.WARMSTART_CHROMIUM;
  const found = named
    ? [named].find((path) => existsSync(path))
    : (findProgram(names) ?? [...applications, chromium.executablePath()].find((path) => existsSync(path)));
  if (found) return found;
  throw new NotSetUp(
    named
      ? `WARMSTART_CHROMIUM names no file: ${named}.`
      : 'There is no Chromium on this machine (WARMSTART_CHROMIUM names one).',
  );
}

/** Installs a browser: by apt-get when root on Debian, else Playwright's. */
export async function installChromium(): Promise<void> {
  try {
    await installByApt(['chromium', 'fonts-dejavu-core'], 'Chromium');
  } catch (byApt) {
    try {
      await installByPlaywright();
    } catch (byPlaywright) {
      throw new Error(
        `Chromium could not be installed. ${byApt instanceof Error ? byApt.message : byApt} ${byPlaywright}`,
      );
    }
  }
}

/** Starts the browser without a window, quiet and with nothing kept from earlier runs. */
export async function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: findChromium(),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-dev-shm-usage',
    ],
  });
}

async function installByPlaywright(): Promise<void> {
  console.log('Installing Chromium with Playwright …');
  const playwright = dirname(
    createRequire(join(projectFolder, 'package.json')).resolve('playwright-core/package.json'),
  );
  await runProgram(process.execPath, [join(playwright, 'cli.js'), 'install', 'chromium'], { minutes: 5 });
}
