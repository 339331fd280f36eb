import type { Frame, Page } from 'playwright-core';

/**
 * The document of the webview whose own title is `title`. Hidden panels stay in the page, so "the last one" is not a way
 * to find it.
 */
export async function webview(page: Page, title: string | RegExp, seconds = 30): Promise<Frame> {
  const matches = (text: string): boolean => (typeof title === 'string' ? text === title : title.test(text));
  const deadline = Date.now() + seconds * 1000;
  const seen = new Set<string>();
  while (Date.now() < deadline) {
    for (const frame of page.frames()) {
      if (frame.name() !== 'active-frame' && !frame.url().includes('fake.html')) continue;
      const text = await frame.title().catch(() => ''); // the frame may be going away
      if (text) seen.add(text);
      if (matches(text)) return frame;
    }
    await page.waitForTimeout(25);
  }
  throw new Error(`No webview titled ${title} within ${seconds} s; there were: ${[...seen].join(', ') || 'none'}.`);
}
