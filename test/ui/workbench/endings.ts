import { rm } from 'node:fs/promises';
import { afterAll } from 'vitest';
import type { Workbench } from '../../support/workbench/workbench';
import { pictureFailures } from './pictureFailures';

/** What follows the tests of a file: pictures of those that failed, and in the end neither the editor nor its folder is left. */
export function endings(workbench: () => Workbench | undefined, folder: () => string): void {
  afterAll(async () => {
    await workbench()?.close();
    await rm(folder(), { recursive: true, force: true });
  });
  pictureFailures(() => workbench()!.page);
}
