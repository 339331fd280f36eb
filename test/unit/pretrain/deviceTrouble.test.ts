import { describe, expect, it } from 'vitest';
import type { Job } from '../../../src/engine/job';
import type { Parameters } from '../../../src/engine/network/network';
import { fromPixels } from '../../../src/engine/pretrain/pixelViews';
import { halveBatch, pretrainOptions } from '../../../src/engine/pretrain/presets';
import { type PretrainCheckpoints, pretrain } from '../../../src/engine/pretrain/pretrain';
import { DevicePair } from '../../../src/engine/runtime/devicePair';
import type { Runtime } from '../../../src/engine/runtime/runtime';
import { cpu, frailDevice } from '../runtime/frailDevice';
import { blobImages } from './images';

const images = blobImages(40, 12);
const options = pretrainOptions('quick', { batch: 16, projector: [16, 8], learningRate: 0.05, length: { epochs: 3 } });

function inMemory(): PretrainCheckpoints {
  let saved: Awaited<ReturnType<PretrainCheckpoints['load']>> = null;
  return {
    load: async () => saved,
    async save(progress, state) {
      saved = { progress, state };
    },
  };
}

function run(runtime: Runtime, spare = runtime, settings = options) {
  const stages = new Set<string>();
  const job: Job = { signal: new AbortController().signal, report: ({ stage }) => void stages.add(stage) };
  const devices = new DevicePair(runtime, spare);
  const source = fromPixels(images, settings);
  return { stages, result: pretrain({ ...source, options: settings, seed: 1, checkpoints: inMemory(), devices }, job) };
}

const bytes = (parameters: Parameters) =>
  [...parameters].map(([name, { data }]) => `${name} ${Buffer.from(data.buffer).toString('base64')}`);

describe('pre-training on a device that fails', () => {
  it('goes on from the checkpoint on the spare one, and ends where it would have', async () => {
    const straight = await run(cpu).result; // 2 steps an epoch
    const { stages, result } = run(frailDevice({ runs: 3 }), cpu);
    const { parameters, progress, runtime } = await result;
    expect(bytes(parameters)).toEqual(bytes(straight.parameters));
    expect(progress.history).toEqual(straight.progress.history);
    expect(runtime).toBe(cpu);
    expect([...stages]).toContain('The device stopped working; going on with ONNX Runtime on 1 CPU thread');
  });

  it('begins anew on the spare one where there is no checkpoint yet', async () => {
    const straight = await run(cpu).result;
    const { parameters } = await run(frailDevice({ runs: 0 }), cpu).result;
    expect(bytes(parameters)).toEqual(bytes(straight.parameters));
  });

  it('fails with the reason where there is no other device, or the other one fails too', async () => {
    await expect(run(frailDevice({ runs: 3 })).result).rejects.toMatchObject({ code: 'device', trouble: 'lost' });
    await expect(run(frailDevice({ runs: 3 }), frailDevice({ runs: 1 })).result).rejects.toMatchObject({
      code: 'device',
    });
  });

  it('halves a batch that does not fit, says so, and computes what the smaller batch computes', async () => {
    const { stages, result } = run(frailDevice({ rows: 16 }));
    const halved = await result;
    const direct = await run(cpu, cpu, halveBatch(options, 40)).result;
    expect(halved.options).toMatchObject({ batch: 8, learningRate: 0.05 * Math.SQRT1_2 });
    expect(bytes(halved.parameters)).toEqual(bytes(direct.parameters));
    expect([...stages]).toContain('Preparing with batches of 8, because memory is short: results differ');
  });

  it('goes on with the smaller batch after a stop', async () => {
    const checkpoints = inMemory();
    const little = () => {
      const devices = new DevicePair(frailDevice({ rows: 16 }));
      return { ...fromPixels(images, options), options, seed: 1, checkpoints, devices };
    };
    const abort = new AbortController();
    const job: Job = { signal: abort.signal, report: ({ done }) => done === 3 * 8 && abort.abort() };
    await expect(pretrain(little(), job)).rejects.toBeDefined();
    const quiet: Job = { signal: new AbortController().signal, report: () => {} };
    const resumed = await pretrain(little(), quiet);
    const { parameters } = await run(frailDevice({ rows: 16 })).result;
    expect(bytes(resumed.parameters)).toEqual(bytes(parameters));
  });

  it('gives up below the smallest batch', async () => {
    await expect(run(frailDevice({ rows: 8 })).result).rejects.toMatchObject({ code: 'device', trouble: 'memory' });
  });
});
