import { afterEach, describe, expect, it, vi } from 'vitest';
import { chooseDevice, type DeviceFinding, fastest } from '../../../src/engine/runtime/device/choose';
import {
  DEVICE_VARIABLE,
  type DeviceName,
  deviceNames,
  PACKAGES_VARIABLE,
  wantedDevice,
} from '../../../src/engine/runtime/device/device';
import { deviceNamed } from '../../../src/engine/runtime/device/find';
import {
  rememberedPresence,
  rememberedRate,
  rememberPresences,
  rememberRate,
} from '../../../src/engine/runtime/device/memory';
import { usualEncoder } from '../../../src/engine/runtime/device/probe';
import { temporaryFolder } from '../../support/temporaryFolder';

afterEach(() => vi.unstubAllEnvs());

describe('the device that is asked for', () => {
  it('is auto unless something is named', () => {
    vi.stubEnv(DEVICE_VARIABLE, '');
    expect(wantedDevice()).toBe('auto');
    vi.stubEnv(DEVICE_VARIABLE, 'tfjs-cpu');
    expect(wantedDevice()).toBe('tfjs-cpu');
  });

  it('must be a known one', () => {
    vi.stubEnv(DEVICE_VARIABLE, 'cuda:0');
    expect(() => wantedDevice()).toThrow(
      'There is no device "cuda:0"; known are auto, onnx-cpu, webgpu, directml, coreml, onnx-cuda, cuda, tfjs-cpu (--device, WARMSTART_DEVICE or the setting warmstart.device).',
    );
  });

  it('is refused in one sentence when it is not there', async () => {
    vi.stubEnv(PACKAGES_VARIABLE, '/nowhere');
    await expect(chooseDevice('cuda')).rejects.toMatchObject({
      code: 'device',
      message: expect.stringMatching(
        /^The device cuda can't be used: \S.*see warmstart doctor\.$/, // the reason is this machine's
      ),
    });
  });
});

describe('auto', () => {
  const finding = (name: DeviceName, usable = true): DeviceFinding => ({
    device: deviceNamed(name),
    presence: usable ? { usable, detail: '' } : { usable, missing: true, reason: 'it is not there' },
  });
  const rates =
    (all: Partial<Record<DeviceName, number>>) =>
    async ({ device: { name } }: DeviceFinding) =>
      name in all ? { rate: all[name]! } : { failure: 'It ended its process (SIGSEGV).' };
  const choose = (findings: DeviceFinding[], all: Partial<Record<DeviceName, number>>, fresh = false) =>
    fastest(findings, usualEncoder(), fresh, rates(all));

  it('takes the fastest, says why, and keeps the figures', async () => {
    const findings = [finding('onnx-cpu'), finding('webgpu', false), finding('cuda')];
    const { findings: measured, ...choice } = await choose(findings, { 'onnx-cpu': 120, cuda: 3400.4 });
    expect(choice).toEqual({
      name: 'cuda',
      why: 'TensorFlow.js on CUDA: the fastest here, 3400 images/s in training, against onnx-cpu 120',
    });
    expect(measured.map(({ rate }) => rate)).toEqual([120, undefined, 3400.4]);
    expect(findings.map(({ rate }) => rate)).toEqual([undefined, undefined, undefined]);
  });

  it('stays on the CPU when a GPU is slower, or breaks while it is measured', async () => {
    expect((await choose([finding('onnx-cpu'), finding('cuda')], { 'onnx-cpu': 700, cuda: 90 })).name).toBe('onnx-cpu');
    const { name, findings } = await choose([finding('onnx-cpu'), finding('cuda')], { 'onnx-cpu': 700 });
    expect(name).toBe('onnx-cpu');
    expect(findings[1]!.presence).toMatchObject({ usable: false, reason: 'It ended its process (SIGSEGV).' });
  });

  it('measures a single candidate only when asked for figures', async () => {
    const findings = [finding('onnx-cpu'), finding('cuda', false)];
    expect((await choose(findings, {})).why).toMatch(/only device that can be used/);
    expect((await choose(findings, { 'onnx-cpu': 500 }, true)).why).toMatch(/500 images\/s/);
  });

  it('fails in one sentence when nothing works', async () => {
    await expect(choose([finding('onnx-cpu', false)], {})).rejects.toMatchObject({ code: 'device' });
    await expect(choose([finding('onnx-cpu'), finding('cuda')], {})).rejects.toThrow('No device could train');
  });
});

describe('rates that were measured before', () => {
  it('are remembered for a week, for the same device, package and encoder', async () => {
    for (const variable of ['XDG_CACHE_HOME', 'LOCALAPPDATA', 'HOME']) vi.stubEnv(variable, await temporaryFolder());
    const key = { device: 'cuda', found: '4.22.0' };
    const day = 24 * 3600 * 1000;
    expect(await rememberedRate(key)).toBeNull();
    await rememberRate(key, 812.5, 100 * day);
    expect(await rememberedRate(key, 106 * day)).toBe(812.5);
    expect(await rememberedRate(key, 108 * day)).toBeNull();
    expect(await rememberedRate(key, 99 * day)).toBeNull();
    expect(await rememberedRate({ ...key, found: '4.23.0' }, 101 * day)).toBeNull();
    vi.stubEnv('WARMSTART_THREADS', '7');
    expect(await rememberedRate(key, 101 * day)).toBeNull();
  });
});

describe('what was found of a device', () => {
  it('is remembered for an hour, as long as drivers are looked for in the same places', async () => {
    for (const variable of ['XDG_CACHE_HOME', 'LOCALAPPDATA', 'HOME']) vi.stubEnv(variable, await temporaryFolder());
    const hour = 3600 * 1000;
    const hanging = { usable: false, missing: false, reason: 'It did not answer within 120 s' } as const;
    expect(await rememberedPresence('webgpu')).toBeNull();
    await rememberPresences(new Map([['webgpu', hanging]]), 100 * hour);
    expect(await rememberedPresence('webgpu', 100.9 * hour)).toEqual(hanging);
    expect(await rememberedPresence('webgpu', 101.1 * hour)).toBeNull();
    expect(await rememberedPresence('cuda', 100.9 * hour)).toBeNull();
    vi.stubEnv('VK_ICD_FILENAMES', '/elsewhere.json');
    expect(await rememberedPresence('webgpu', 100.9 * hour)).toBeNull();
  });

  it('is looked at again when the hour is over, however often it is asked for', async () => {
    for (const variable of ['XDG_CACHE_HOME', 'LOCALAPPDATA', 'HOME']) vi.stubEnv(variable, await temporaryFolder());
    const others = deviceNames.filter((name) => name !== 'onnx-cpu' && name !== 'tfjs-cpu');
    const gone = { usable: false, missing: true, reason: 'it is not there' } as const;
    const found = Date.now() - 59 * 60 * 1000;
    await rememberPresences(new Map(others.map((name) => [name, gone])), found);
    const { name, findings } = await chooseDevice('auto');
    expect(name).toBe('onnx-cpu');
    expect(findings.slice(1).map(({ presence }) => presence)).toEqual(others.map(() => gone)); // nothing was looked at
    for (const other of others) expect(await rememberedPresence(other, found + 61 * 60 * 1000)).toBeNull();
  });
});
