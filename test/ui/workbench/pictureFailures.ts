import type { Page } from 'playwright-core';
import { afterEach } from 'vitest';
import { takePicture } from '../pages/takePicture';

/** After a test that failed, takes a picture of what was to be seen then. */
export function pictureFailures(page: () => Page): void {
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await takePicture(page(), `failed ${task.name.replaceAll(/\W+/g, ' ')}`);
  });
}
