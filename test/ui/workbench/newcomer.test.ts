import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { offered } from './palette';
import { takePicture } from './pictures';
import { openWorkbench, type Workbench, workbenchMissing } from './workbench';

const missing = await workbenchMissing();
if (missing) console.log(`The suites in the workbench are skipped. ${missing}`);

describe.skipIf(missing)('a newcomer with the packaged extension', () => {
  let workbench: Workbench;
  beforeAll(async () => {
    workbench = await openWorkbench();
  });
  afterAll(() => workbench?.close());

  it('sees the workbench', async () => {
    await takePicture(workbench.page, 'start');
    expect((await offered(workbench.page, 'Reload Window')).join()).toContain('Reload Window');
  });
});
