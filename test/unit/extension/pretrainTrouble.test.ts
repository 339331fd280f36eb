import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { pretrainCommand } from '../../../src/extension/commands/pretrain';
import { KnownFiles } from '../../../src/extension/datasets/knownFiles';
import { readDataset } from '../../../src/extension/datasets/readDatasets';
import { EngineError } from '../../../src/extension/engine/engineError';
import type { Services } from '../../../src/extension/services';
import { executed, window, workspace } from '../../support/vscodeStub';
import { writeDataset } from '../../support/writeDataset';

const LOST = 'The device stopped working; start again, or use another device.';

/** Pre-trains with an engine that fails so, after it has saved a checkpoint or before; presses a button of the message. */
async function failing(error: EngineError, isSaved: boolean, button?: string) {
  const shown: { message: string; buttons: string[] }[] = [];
  Object.assign(window, {
    showInformationMessage: async (message: string, ...buttons: string[]) => {
      shown.push({ message, buttons });
      return button;
    },
  });
  Object.assign(workspace, { getConfiguration: () => ({ get: () => undefined }) });
  onTestFinished(() => {
    Reflect.deleteProperty(window, 'showInformationMessage');
    Reflect.deleteProperty(workspace, 'getConfiguration');
    executed.length = 0;
  });
  const { ref } = await writeDataset('faces');
  const log: unknown[] = [];
  const services = {
    datasets: { read: () => readDataset(ref, new KnownFiles()), refresh: async () => {} },
    jobs: {
      taskOn: () => undefined,
      async runAhead() {
        await mkdir(join(ref.directory, '.cache'), { recursive: true });
        if (isSaved) await writeFile(join(ref.directory, '.cache', 'pretrain.safetensors'), '');
        throw error;
      },
    },
    log: { error: (entry: unknown) => void log.push(entry) },
    context: { workspaceState: { get: () => undefined, update: async () => {} } },
  } as unknown as Services;
  const thrown = await pretrainCommand(services, ref, { minutes: 7 }).catch((reason: unknown) => reason);
  await new Promise(setImmediate); // the message is not waited for
  return { ref, shown, thrown, log };
}

describe('pre-training that fails after it has saved something', () => {
  it.each(['device', 'defect'] as const)('offers to continue with the same settings (%s)', async (code) => {
    const error = new EngineError(code, LOST);
    const { ref, shown, thrown, log } = await failing(error, true, 'Continue');
    expect(shown).toEqual([{ message: LOST, buttons: ['Continue', 'Select Device', 'Show Log'] }]);
    expect(executed).toEqual([['warmstart.pretrain', ref, { minutes: 7 }]]);
    expect(thrown).toBeUndefined();
    expect(log).toEqual([error]);
  });

  it('offers another device', async () => {
    await failing(new EngineError('device', LOST), true, 'Select Device');
    expect(executed).toEqual([['warmstart.selectDevice']]);
  });

  it('is an error like any other where nothing was saved, or the device is not the reason', async () => {
    for (const [error, isSaved] of [
      [new EngineError('device', LOST), false],
      [new EngineError('disk', 'The disk is full.'), true],
    ] as const) {
      const { shown, thrown } = await failing(error, isSaved);
      expect(thrown).toBe(error);
      expect(shown).toEqual([]);
    }
  });
});
