import { spawn } from 'node:child_process';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { ensureBuilt } from '../../../support/built';
import { bundle } from '../../../support/bundle.mjs';
import { outputFolder, projectFolder } from '../../../support/folders';
import { findOrWhy } from '../../../support/machine/unavailable';
import { findSoftwareVulkan } from '../../../support/machine/vulkan';
import type { Check, Measured } from './protocol';

const folder = join(outputFolder, 'build/webgpu');
const vulkan = findOrWhy(findSoftwareVulkan);

beforeAll(async () => {
  await ensureBuilt();
  await cp(join(projectFolder, 'dist/encoders'), join(folder, 'encoders'), { recursive: true });
  await bundle({ checkProcess: join(__dirname, 'checkProcess.ts') }, folder, { withPackages: true });
});

const MINUTES = 8; // on two busy cores; shaders are compiled by the CPU too

/** Runs a check in a process of its own, as a driver may take its process with it. */
async function measure(check: Check, { skip }: TestContext): Promise<Measured> {
  if (!vulkan.found) return skip(vulkan.why);
  const child = spawn(process.execPath, [join(folder, 'checkProcess.js'), check], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...vulkan.found },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const code = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exit, signal) => resolve(signal ?? exit));
  });
  if (code !== 0) throw new Error(`The check ${check} ended with ${code}: ${stderr.slice(-2_000)}`);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Measured;
}

describe('the onnx runtime on WebGPU (software Vulkan) against the CPU', { timeout: MINUTES * 60_000 }, () => {
  for (const check of ['smallGradients', 'resnetGradients', 'mobileGradients'] as const)
    it(`${check}: loss and every gradient`, async (context) => {
      const measured = await measure(check, context);
      console.log(check, measured);
      expect(measured.loss).toBeLessThan(1e-5);
      expect(measured.gradients).toBeLessThan(1e-3);
    });

  for (const check of ['smallSteps', 'resnetSteps'] as const)
    it(`${check}: ten training steps`, async (context) => {
      const measured = await measure(check, context);
      console.log(check, measured);
      expect(measured.loss).toBeLessThan(1e-5);
      expect(measured.parameters).toBeLessThan(1e-3);
      expect(measured.stages).toContain('Compiling shaders for the GPU');
    });

  it('scores and differentiates any number of images', async (context) => {
    const measured = await measure('scoring', context);
    console.log('scoring', measured);
    expect(measured.outputs).toBeLessThan(1e-5);
    expect(measured.inputGradients).toBeLessThan(1e-3);
  });

  it('runs the built-in encoders', async (context) => {
    const measured = await measure('encoders', context);
    console.log('encoders', measured);
    expect(measured.outputs).toBeLessThan(1e-4);
  });

  it('keeps its memory over 1,000 steps', { timeout: 2 * MINUTES * 60_000 }, async (context) => {
    const { memory = [] } = await measure('memory', context);
    const at = (steps: number) => memory.find((found) => found.steps === steps)!.mebibytes;
    console.log('memory', memory);
    expect(at(1000) - at(200)).toBeLessThan(40); // 400 and more where a step's state is not given back
  });
});
