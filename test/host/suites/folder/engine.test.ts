import assert from 'node:assert/strict';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, it } from 'mocha';
import { CancellationTokenSource, l10n } from 'vscode';
import { ForkedEngine } from '../../../../src/extension/engine/forkedEngine';
import { engineCode } from '../../../../src/extension/errors';
import { PROTOCOL_VERSION } from '../../../../src/shared/protocol/engine';
import type { DatasetRef } from '../../../../src/shared/workspace/paths';
import { labelsOnDisk } from '../../../support/labelsOnDisk';
import { isAlive } from '../../../support/processes';
import { waitFor } from '../../../support/waitFor';
import { makeDataset, picks } from '../dataset';
import { services } from '../extension';

async function engineProcess(): Promise<number> {
  const { engine } = await services();
  return (await engine.request('handshake', { protocol: PROTOCOL_VERSION, version: 'test' })).pid;
}

describe('the engine', () => {
  let ref: DatasetRef;
  before(async () => {
    ref = await makeDataset('engine', { images: 60 });
  });

  it('is started again after a crash, and nothing saved is lost', async () => {
    const { engine } = await services();
    const [first = '', second = ''] = await picks(ref);
    const add = (image: string) =>
      engine.request('labels/add', {
        workspace: ref.workspace,
        dataset: ref.name,
        annotator: 'anna',
        overwrite: false,
        additions: [{ image, entry: { label: 'sad', at: '2026-01-01T00:00:00.000Z', seconds: 1 } }],
      });
    await add(first);
    const pid = await engineProcess();
    process.kill(pid, 'SIGKILL');
    await waitFor('the crash', () => !isAlive(pid));
    // a request that meets the crash itself is told so; the next one works
    await add(second).catch((error: Error) => {
      assert.match(error.message, /ended unexpectedly/);
      return add(second);
    });
    assert.notEqual(await engineProcess(), pid);
    assert.deepEqual(Object.keys(await labelsOnDisk(ref.directory, 'anna')).sort(), [first, second].sort());
  });

  it('refuses another version of the protocol in a sentence', async () => {
    const { engine } = await services();
    await assert.rejects(engine.request('handshake', { protocol: 999, version: 'test' }), /999/);
    await engineProcess(); // and goes on
  });

  it('reports progress, and stops when cancelled while labels are saved', async () => {
    const { engine } = await services();
    const source = new CancellationTokenSource();
    const params = {
      workspace: ref.workspace,
      dataset: ref.name,
      preset: 'quick',
      minutes: 30,
      seed: 0,
      restart: false,
    };
    let reports = 0;
    const job = engine.run('pretrain', params, { token: source.token, report: () => reports++ });
    const ended = job.then(
      () => 'finished',
      (error: unknown) => engineCode(error) ?? `failed: ${error}`, // a crash is no cancel
    );
    await waitFor('progress', () => reports > 0, 60);
    assert.ok((await engineProcess()) > 0); // answers at once
    source.cancel();
    assert.equal(
      await Promise.race([ended, new Promise((resolve) => setTimeout(() => resolve('late'), 10_000))]),
      'cancelled',
    );
  });

  it('says clearly what is wrong with a dataset that is not there', async () => {
    const { engine } = await services();
    const params = { workspace: ref.workspace, dataset: 'nowhere', learner: 'probe', seed: 0 };
    await assert.rejects(engine.run('train', params, {}), /nowhere/);
  });

  it('without one of its native packages says which, and what to do', async () => {
    const { context, log } = await services();
    const folder = await mkdtemp(join(tmpdir(), 'ws-engine-')); // no node_modules there, nor above
    const program = join(folder, 'main.js');
    for (const file of ['main.js', 'cli.js'])
      await copyFile(join(context.extensionPath, 'dist', file), join(folder, file));
    const engine = new ForkedEngine({ program, version: 'test', log, l10n });
    try {
      const params = { workspace: folder, folder: join(ref.workspace, ref.name), name: 'again', layout: 'folders' };
      await assert.rejects(engine.run('import', params, {}), /^\w*:? ?The package sharp has no binary .*npm ci/);
    } finally {
      engine.dispose();
      await rm(folder, { recursive: true });
    }
  });
});
