import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { ensureBuilt } from '../../support/built';
import { launchChromium } from '../../support/machine/chromium';
import type { PanelView } from './panelView';

/** Classes of most tests. */
export const seven = ['angry', 'disgust', 'fear', 'happy', 'neutral', 'sad', 'surprise'];

/** A browser for the tests of a suite, and what each of them opens in it, which is closed and removed after it. */
export function openPages<F extends { remove(): Promise<void> }>() {
  let browser: Browser;
  const open: { view: PanelView; folder: F }[] = [];
  beforeAll(async () => {
    await ensureBuilt();
    browser = await launchChromium();
  }, 120_000);
  afterAll(() => browser?.close(), 60_000);
  afterEach(async () => {
    for (const { view, folder } of open.splice(0)) {
      await view.close();
      await folder.remove();
    }
  }, 60_000);
  return {
    get browser(): Browser {
      return browser;
    },
    closeLater: (view: PanelView, folder: F) => void open.push({ view, folder }),
  };
}

/** What screen readers are told. */
export const announced = (page: Page, text: RegExp): Promise<void> =>
  page.getByRole('status').filter({ hasText: text }).waitFor();
