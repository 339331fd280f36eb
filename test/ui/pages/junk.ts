import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** As JavaScript; what nobody of ours ever sends. */
const junk = [
  'undefined',
  'null',
  '7',
  '"state"',
  '[]',
  '{}',
  '{ kind: "constructor" }',
  '{ kind: "eval", code: "alert(1)" }',
  '{ kind: "state" }',
  '{ kind: "state", state: null }',
  '{ kind: "state", state: { classes: 7, texts: {}, images: "all" } }',
  '{ kind: "answer" }',
  '{ kind: "answer", id: "1", result: null }',
  '{ kind: "failure", id: 1 }',
  '{ kind: "failure", id: 1, message: { toString: 1 } }',
];

/** Sends all of it; what the page shows afterwards, without and with it. */
async function sendJunk(page: Page): Promise<{ before: string; after: string }> {
  const shown = () => page.evaluate<string>('document.querySelector("main").innerText');
  const before = await shown();
  await page.evaluate(`for (const message of [${junk.join(', ')}]) window.postMessage(message, '*')`);
  await page.evaluate('new Promise((done) => setTimeout(done, 100))'); // messages come in their order
  return { before, after: await shown() };
}

/** Sends a page what is no message: a line each, no error, and the page stands as it was. */
export async function expectDropped(page: Page, complaints: readonly string[]): Promise<void> {
  const { before, after } = await sendJunk(page);
  expect(after).toBe(before);
  expect(before.length).toBeGreaterThan(10);
  expect(complaints).toHaveLength(junk.length);
  for (const line of complaints) expect(line).toMatch(/^A message that does not fit was dropped: [^\n]{1,300}\.$/);
}
