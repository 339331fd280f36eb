import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt } from '../support/built';
import { projectFolder } from '../support/folders';
import { findOrWhy } from '../support/machine/unavailable';
import { findSoftwareVulkan } from '../support/machine/vulkan';
import { writeImages } from '../support/pictures';
import { temporaryFolder } from '../support/temporaryFolder';

const run = promisify(execFile);
const vulkan = findOrWhy(findSoftwareVulkan);

beforeAll(ensureBuilt);

/** What is carried to a machine with a GPU, unpacked. */
async function carried(): Promise<string> {
  const folder = join(await temporaryFolder(), 'gpuCheck');
  await run(process.execPath, [join(projectFolder, 'scripts/gpuCheck/make.mjs'), '--folder', '--out', folder]);
  return folder;
}

/** Runs it far from the project, and returns its lines. */
async function check(folder: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const cwd = await temporaryFolder();
  const { stdout } = await run(join(folder, 'gpuCheck'), ['--tiny', ...args], { cwd, env: { PATH: '', ...env } });
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe.runIf(process.platform === 'linux')('what is carried to a machine with a GPU', { timeout: 900_000 }, () => {
  it('measures a device on given images, with nothing but what is in it', async () => {
    const folder = await carried();
    const images = await temporaryFolder();
    await writeImages(images, { classes: ['happy', 'sad'], train: 12, test: 2 });
    const lines = await check(folder, ['--device', 'onnx-cpu', '--images', images]);
    expect(lines.map((line) => line.check)).toEqual(['devices', 'throughput', 'paper']);
    expect(lines[1]).toMatchObject({ workload: 'w3', images_per_second: expect.any(Number) });
    expect(lines[2]).toMatchObject({ images: 24, epochs: 1, imagesPerSecond: expect.any(Number) });
    expect(lines.filter((line) => line.trouble)).toEqual([]);

    const late = await check(folder, ['--device', 'onnx-cpu', '--images', images, '--seconds', '16']);
    expect(late.at(-1)).toMatchObject({ check: 'paper', trouble: expect.stringMatching(/no time|stopped after/) });
  });

  it('compares a GPU with the CPU (software Vulkan)', async ({ skip }) => {
    if (!vulkan.found) return skip(vulkan.why);
    const lines = await check(await carried(), ['--seconds', '1200'], vulkan.found);
    const parity = lines.filter((line) => line.check === 'parity');
    expect(parity).toMatchObject([
      { name: 'smallGradients', gradients: expect.any(Number) },
      { name: 'smallSteps', parameters: expect.any(Number) },
    ]);
    expect(parity[0].gradients).toBeLessThan(1e-3);
    // the engine never computes on an imitated GPU: the other parts say so, and do not keep each other from going on
    const others = lines.filter(({ check }) => check === 'throughput' || check === 'paper');
    expect(others.map(({ trouble }) => trouble)).toEqual([
      expect.stringContaining('only imitates a GPU'),
      expect.stringContaining('only imitates a GPU'),
    ]);
  });
});
