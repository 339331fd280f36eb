import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { AdapterReader, probeAccelerator } from '../../src/engine/runtime/device/probe';
import { cli, ensureBuilt } from '../support/built';
import { findOrWhy } from '../support/machine/unavailable';
import { findSoftwareVulkan } from '../support/machine/vulkan';
import { temporaryFolder } from '../support/temporaryFolder';

beforeAll(ensureBuilt);

/** Changes the environment for one test. */
function environment(changes: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(changes)) {
    const before = process.env[name];
    process.env[name] = value;
    onTestFinished(() => {
      if (before === undefined) delete process.env[name];
      else process.env[name] = before;
    });
  }
}

const program = async (text: string): Promise<string> => {
  const path = join(await temporaryFolder(), 'probe.js');
  await writeFile(path, text);
  return path;
};

describe.runIf(process.platform === 'linux')('probing an accelerator', () => {
  it('without a driver says what is missing and how to get it', async () => {
    environment({ VK_ICD_FILENAMES: '/nowhere.json', VK_DRIVER_FILES: '/nowhere.json' });
    const { usable, adapter, software, reason } = await probeAccelerator('webgpu', { program: cli });
    expect({ usable, adapter, software }).toEqual({ usable: false, adapter: null, software: true });
    expect(reason).toMatch(/^WebGPU can't be used: there is no Vulkan driver that finds a GPU; install /);
  });

  it('knows a software adapter by its name', async ({ skip }) => {
    const vulkan = findOrWhy(findSoftwareVulkan);
    if (!vulkan.found) return skip(vulkan.why);
    environment(vulkan.found);
    const { usable, adapter, software } = await probeAccelerator('webgpu', { program: cli });
    expect(adapter).toMatch(/swiftshader|llvmpipe/i);
    expect({ usable, software }).toEqual({ usable: true, software: true });
  });

  it.each(['cuda', 'dml', 'coreml'] as const)('refuses %s with the reason where it is not there', async (name) => {
    const { usable, reason } = await probeAccelerator(name, { program: cli });
    expect(usable).toBe(false);
    expect(reason).toMatch(
      /^(CUDA|DirectML|CoreML) can't be used: (ONNX Runtime's CUDA libraries|onnxruntime-node has no)/,
    );
  });

  it('survives a driver that crashes', async () => {
    const crashing = await program("process.kill(process.pid, 'SIGABRT'); setInterval(() => {}, 1000);");
    const { usable, reason } = await probeAccelerator('webgpu', { program: crashing });
    expect(usable).toBe(false);
    expect(reason).toMatch(/its driver crashed \(SIGABRT\)/);
  });

  it('survives a driver that hangs', async () => {
    const hanging = await program('setInterval(() => {}, 1000);');
    const { usable, reason } = await probeAccelerator('webgpu', { program: hanging, patience: 1_000 });
    expect(usable).toBe(false);
    expect(reason).toMatch(/did not answer within 1 s/);
  });
});

describe('names of adapters', () => {
  const read = (platform: NodeJS.Platform, ...lines: string[]) => {
    const reader = new AdapterReader('webgpu', platform);
    for (const line of lines) reader.read(line);
    return reader.adapter;
  };
  const vulkan = (name: string) => `DRIVER | LAYER:          Using "${name}" with driver: "/usr/lib/x.so"`;
  const hardware = (id: string, type: number, metadata: string) =>
    `[I:onnxruntime:x] Discovered OrtHardwareDevice {vendor_id:${id}, device_id:0x1, vendor:V, type:${type}, metadata: [${metadata}]}`;

  it.each([
    ['llvmpipe (LLVM 15.0.6, 256 bits)', true],
    ['SwiftShader Device (Subzero)', true],
    ['NVIDIA GeForce RTX 4090', false],
    ['Intel(R) UHD Graphics 620 (KBL GT2)', false],
  ])('%s, as the Vulkan loader gives it', (name, software) => {
    expect(read('linux', 'Warning: something', vulkan(name))).toEqual({ name, software });
  });

  it('takes no name for a software adapter', () => {
    expect(read('linux', hardware('0x10de', 1, ''))).toBeNull();
    expect(read('win32', hardware('0x1022', 0, ''))).toBeNull();
  });

  it('passes over the imitated adapter of Windows', () => {
    const imitated = hardware('0x1414', 1, 'Description=Microsoft Basic Render Driver');
    expect(read('win32', imitated)).toBeNull();
    expect(read('win32', imitated, hardware('0x10de', 1, 'Description=NVIDIA T4, LUID=1'))).toEqual({
      name: 'NVIDIA T4',
      software: false,
    });
  });
});
