import { basename } from 'node:path';
import type { Locator, Page } from 'playwright-core';

const input = (page: Page): Locator => page.locator('.quick-input-widget input.input').first();

/**
 * Runs a command by its full title, such as "Warmstart: Run Active Round". The row is picked by its label, since Enter
 * would take the best fuzzy match.
 */
export async function runCommand(page: Page, title: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    // an editor that stands before the window, as "Running Extensions" does, keeps F1 to itself; a reload may bring it back
    if (tries > 1) await page.keyboard.press('Escape');
    await page.keyboard.press('F1');
    // a window that is busy may lose the key, or close what it opened
    const opened = await input(page)
      .waitFor({ timeout: 10_000 })
      .then(() => true, () => false); // biome-ignore format: one condition
    if (opened) break;
    if (tries === 5) throw new Error(`The command palette does not open for "${title}".`);
  }
  await input(page).fill(`>${title}`);
  await pick(page, title);
}

/** Picks the row of the open quick pick whose label begins with `label`, after an icon perhaps. */
export async function pick(page: Page, label: string): Promise<void> {
  const exact = label.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const row = page.locator('.quick-input-widget').getByRole('option', { name: new RegExp(`^(\\S+ )?\\s*${exact}`) });
  await row.first().waitFor({ timeout: 30_000 });
  await row.first().click();
}

/** Types into the open input box and accepts. */
export async function answer(page: Page, text: string): Promise<void> {
  await input(page).waitFor({ timeout: 30_000 });
  await input(page).fill(text);
  await page.keyboard.press('Enter');
}

/**
 * Types a path into the open file dialog and accepts it. While the dialog looks a path up, its button takes what it
 * showed before, or nothing: so the button waits for the row of this path, and is pressed again while the dialog stays.
 */
export async function choosePath(page: Page, path: string, button: string): Promise<void> {
  const dialog = page.locator('.quick-input-widget').filter({ has: page.getByRole('button', { name: button }) });
  await dialog.waitFor({ timeout: 30_000 });
  const input = dialog.locator('input.input').first();
  const row = dialog.getByRole('option', { name: basename(path) });
  for (let tries = 0; tries < 10 && (await dialog.isVisible()); tries++) {
    // it begins with a folder, some time after it is shown
    for (let wait = 0; wait < 100 && !/\/|^$/.test(await input.inputValue()); wait++) await page.waitForTimeout(100);
    await input.fill(path);
    await row.waitFor({ timeout: 10_000 }).catch(() => undefined);
    if (await row.isVisible()) {
      await dialog.getByRole('button', { name: button }).click();
      await dialog.waitFor({ state: 'hidden', timeout: 5_000 }).catch(() => undefined);
    }
  }
  if (await dialog.isVisible()) throw new Error(`The dialog that asked for ${path} does not close.`);
}
