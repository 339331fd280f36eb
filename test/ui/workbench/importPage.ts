import type { Frame, Page } from 'playwright-core';
import { webview } from '../../support/workbench/webviews';

/** The page that shows how a folder is read, when it has opened some images; the focus is on Import. */
export async function importPage(page: Page, folder: string): Promise<Frame> {
  const frame = await webview(page, `Import ${folder}`, 60);
  await frame.locator('.picture').first().waitFor({ timeout: 60_000 });
  return frame;
}
