import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { outputFolder, projectFolder } from '../../host/vscode/folders';

/** Set to also renew the README's pictures: `WARMSTART_PICTURES=1 npm run test:ui`. */
const renew = process.env.WARMSTART_PICTURES === '1';

/** Takes a picture into .test-output/ui; with `readme`, and when asked, also into docs/pictures. */
export async function takePicture(page: Page, name: string, { readme = false } = {}): Promise<void> {
  const folder = join(outputFolder, 'ui');
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
  if (!readme || !renew) return;
  await page.screenshot({ path: join(projectFolder, 'docs', 'pictures', `${name}.png`) });
}
