import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { outputFolder, projectFolder } from '../../support/folders';

/** Takes a picture into .test-output/ui; with `readme` also into docs/pictures. */
export async function takePicture(page: Page, name: string, { readme = false } = {}): Promise<void> {
  const folder = join(outputFolder, 'ui');
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
  if (readme) await page.screenshot({ path: join(projectFolder, 'docs', 'pictures', `${name}.png`) });
}
