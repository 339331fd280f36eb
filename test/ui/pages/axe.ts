import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** What axe-core finds wrong with a page, a line each; nothing where all is well. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations: found } = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run(): Promise<axe.AxeResults> } }).axe.run(),
  );
  return found.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`));
}

/** In which a page has to be without fault: every theme, and the light ones at a zoom of 200 % too. */
export const axeLooks = [
  ['dark', 1],
  ['light', 1],
  ['contrast', 1],
  ['contrastLight', 1],
  ['light', 2],
  ['contrastLight', 2],
] as const;
