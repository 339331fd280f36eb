import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Job, silentJob } from '../../../src/engine/job';
import type { Parameters } from '../../../src/engine/network/network';
import { checkpointFile } from '../../../src/engine/pretrain/checkpointFile';
import { fromPixels } from '../../../src/engine/pretrain/pixelViews';
import { pretrainOptions } from '../../../src/engine/pretrain/presets';
import { pretrain } from '../../../src/engine/pretrain/pretrain';
import { DevicePair } from '../../../src/engine/runtime/devicePair';
import { onnxRuntime } from '../../../src/engine/runtime/onnx/onnxRuntime';
import { blobImages } from './images';

const images = blobImages(40, 12);
const options = pretrainOptions('quick', { batch: 8, projector: [16, 8], learningRate: 0.05, length: { epochs: 3 } });
const devices = new DevicePair(onnxRuntime(1));

const bytes = (parameters: Parameters) =>
  Object.fromEntries([...parameters].map(([name, { data }]) => [name, Buffer.from(data.buffer).toString('base64')]));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'warmstart-pretrain-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const run = (name: string, job: Job = silentJob, seed = 1) =>
  pretrain(
    { ...fromPixels(images, options), options, seed, checkpoints: checkpointFile(join(folder, name), 'key'), devices },
    job,
  );

/** A job that is cancelled when the given step is reported. */
function cancelledAt(step: number): Job {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    report: ({ stage, done }) => {
      if (stage === 'Pre-training' && done === step * 8) controller.abort();
    },
  };
}

describe('pretrain', () => {
  it('lowers the loss and reports every epoch', async () => {
    const { progress } = await run('loss');
    expect(progress.history).toHaveLength(3);
    expect(progress.step).toBe(15);
    expect(progress.history[2]!.loss).toBeLessThan(progress.history[0]!.loss);
    for (const { alignment, uniformity } of progress.history) {
      expect(alignment).toBeGreaterThan(0);
      expect(uniformity).toBeLessThan(0);
    }
  });

  it('gives the same bytes for the same seed, and others for another', async () => {
    const [first, again, other] = [await run('a'), await run('b'), await run('c', silentJob, 2)];
    expect(bytes(again.parameters)).toEqual(bytes(first.parameters));
    expect(bytes(other.parameters)).not.toEqual(bytes(first.parameters));
  });

  for (const step of [5, 7])
    it(`goes on after a cancel at step ${step} (5 an epoch) and ends with the same bytes`, async () => {
      const name = `cancel${step}`;
      await expect(run(name, cancelledAt(step))).rejects.toMatchObject({ code: 'cancelled' });
      const resumed = await run(name);
      const straight = await run(`straight${step}`);
      expect(bytes(resumed.parameters)).toEqual(bytes(straight.parameters));
      expect(resumed.progress.history).toEqual(straight.progress.history);
    });

  it('returns the encoder without the projector', async () => {
    const { parameters } = await run('names');
    expect([...parameters.keys()].some((name) => name.startsWith('projector'))).toBe(false);
    expect(parameters.get('layer4.conv.weight')!.shape).toEqual([256, 128, 3, 3]);
  });

  it('turns minutes into a number of epochs', async () => {
    const timed = { ...options, length: { minutes: 0.005 } };
    const checkpoints = checkpointFile(join(folder, 'minutes'), 'key');
    const run = { ...fromPixels(images, timed), options: timed, seed: 1, checkpoints, devices };
    const { progress } = await pretrain(run, silentJob);
    expect(progress.epochs).toBeGreaterThanOrEqual(1);
    expect(progress.history).toHaveLength(progress.epochs);
  });

  it('refuses a damaged checkpoint in one sentence', async () => {
    await writeFile(join(folder, 'damaged'), 'not a checkpoint');
    await expect(run('damaged')).rejects.toMatchObject({
      code: 'damaged',
      message: expect.stringContaining('damaged'),
    });
  });

  it('refuses a handful of images', async () => {
    const few = { ...images, indices: images.indices.slice(0, 5) };
    const checkpoints = checkpointFile(join(folder, 'few'), 'key');
    const run = { ...fromPixels(few, options), options, seed: 1, checkpoints, devices };
    await expect(pretrain(run, silentJob)).rejects.toThrow(/at least 8 images/);
  });
});
