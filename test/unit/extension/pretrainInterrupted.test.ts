import { describe, expect, it, onTestFinished } from 'vitest';
import { offerInterrupted } from '../../../src/extension/commands/pretraining';
import { isBroken } from '../../../src/extension/datasets/datasetState';
import { KnownFiles } from '../../../src/extension/datasets/knownFiles';
import { readDataset } from '../../../src/extension/datasets/readDatasets';
import type { Services } from '../../../src/extension/services';
import { executed, window } from '../../support/vscodeStub';
import { writeDataset } from '../../support/writeDataset';

const plan = { preset: 'quick', minutes: 7, seed: 0, begun: 5 };

/** A window that comes back to a dataset of which a pre-training was begun, and what it says; `kept` is its memory. */
async function reloaded(isStopped: boolean, kept: Record<string, unknown>) {
  const messages: string[] = [];
  Object.assign(window, {
    showInformationMessage: async (message: string, ...buttons: string[]) => {
      messages.push(message);
      return buttons[0];
    },
  });
  onTestFinished(() => {
    Reflect.deleteProperty(window, 'showInformationMessage');
    executed.length = 0;
  });
  const { ref, write } = await writeDataset('faces');
  if (isStopped) await write('.cache/pretrain.safetensors', 'half');
  kept[`pretraining ${ref.directory}`] = plan;
  const services = {
    jobs: { taskOn: () => undefined },
    context: {
      workspaceState: {
        get: (key: string) => kept[key],
        update: async (key: string, value: unknown) => void Object.assign(kept, { [key]: value }),
      },
    },
  } as unknown as Services;
  const state = await readDataset(ref, new KnownFiles());
  if (!state || isBroken(state)) throw new Error('not usable');
  const offerAgain = () => offerInterrupted(services, [state]);
  await offerAgain();
  await new Promise(setImmediate);
  return { ref, messages, offerAgain };
}

describe('a window that comes back', () => {
  it('offers to go on with a pre-training that was interrupted, once, with the length that it had', async () => {
    const { ref, messages, offerAgain } = await reloaded(true, {});
    expect(messages).toEqual([expect.stringMatching(/Pre-training of .*faces.* was interrupted/)]);
    expect(executed).toEqual([['warmstart.pretrain', ref, { minutes: 7 }]]);
    await offerAgain();
    expect(messages).toHaveLength(1);
  });

  it('says nothing where it came to its end', async () => {
    expect((await reloaded(false, {})).messages).toEqual([]);
  });
});
