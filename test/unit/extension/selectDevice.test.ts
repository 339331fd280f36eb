import { describe, expect, it, onTestFinished } from 'vitest';
import { selectDevice } from '../../../src/extension/commands/selectDevice';
import type { Services } from '../../../src/extension/services';
import type { DeviceReport } from '../../../src/shared/protocol/engine';
import { window, workspace } from '../../support/vscodeStub';

const devices: readonly DeviceReport[] = [
  { id: 'onnx-cpu', name: 'CPU', usable: true, used: true, rate: 300 },
  { id: 'webgpu', name: 'WebGPU', usable: false, used: false, reason: 'There is no adapter; look at the drivers.' },
];

async function picking(...labels: (string | undefined)[]) {
  const lists: string[][] = [];
  const kept: unknown[] = [];
  Object.assign(window, {
    showQuickPick: async (items: { label: string }[]) => {
      lists.push(items.map(({ label }) => label.replace(/^\$\([a-z-]+\) /, '')));
      const wanted = labels.shift();
      return wanted === undefined ? undefined : items.find(({ label }) => label.endsWith(wanted));
    },
    showInformationMessage: async () => undefined,
  });
  Object.assign(workspace, {
    getConfiguration: () => ({
      get: (_: string, standard: unknown) => standard,
      update: async (_: string, value: unknown) => void kept.push(value),
    }),
  });
  onTestFinished(() => {
    for (const name of ['showQuickPick', 'showInformationMessage']) Reflect.deleteProperty(window, name);
    Reflect.deleteProperty(workspace, 'getConfiguration');
  });
  const services = { engine: { request: async () => ({ devices }) } } as unknown as Services;
  const thrown = await selectDevice(services).catch((error: unknown) => (error as Error).message);
  return { lists, kept, thrown };
}

describe('the list of devices', () => {
  it('shows what works, and keeps what is picked', async () => {
    const { lists, kept } = await picking('CPU');
    expect(lists).toEqual([['Automatic', 'CPU', 'Why Not Another One?']]);
    expect(kept).toEqual(['onnx-cpu']);
  });

  it('says on demand why another can not be used, and changes nothing', async () => {
    const { lists, kept, thrown } = await picking('Why Not Another One?', 'WebGPU');
    expect(lists[1]).toEqual(['WebGPU']);
    expect(thrown).toMatch(/no adapter; look at the drivers/);
    expect(kept).toEqual([]);
  });

  it('keeps everything as it is when a list is closed', async () => {
    expect((await picking(undefined)).kept).toEqual([]);
    expect((await picking('Why Not Another One?', undefined)).kept).toEqual([]);
  });
});
