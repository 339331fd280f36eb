import { describe, expect, it } from 'vitest';
import { DeviceError } from '../../../src/engine/errors';
import type { Job } from '../../../src/engine/job';
import { withClassifier } from '../../../src/engine/network/architectures';
import { initialise } from '../../../src/engine/network/initialisation';
import { Random } from '../../../src/engine/numeric/random';
import { DevicePair } from '../../../src/engine/runtime/devicePair';
import { guarded } from '../../../src/engine/runtime/guarded';
import { cpu, type Frailty, frailDevice, tinyEncoder } from './frailDevice';

const network = withClassifier(tinyEncoder([1, 6, 6], 1), 3, 0);
const parameters = initialise(network, 2);
const IMAGES = 7;
const DIRECTIONS = 2;
const random = Random.stream(1, 'images');
const normals = (n: number) => Float32Array.from({ length: n }, () => random.normal());
const images = normals(IMAGES * 36);
const v = normals(IMAGES * DIRECTIONS * 3);

function watched(frailty: Frailty) {
  const stages: string[] = [];
  const job: Job = { signal: new AbortController().signal, report: ({ stage }) => void stages.push(stage) };
  const device = frailDevice(frailty);
  return { stages, job, device: new DevicePair(device, cpu), alone: new DevicePair(device) };
}

async function scores(device: DevicePair, job: Job, runs = 1) {
  const scorer = await device.compileScorer(network, parameters, ['pool', 'head'], job);
  let found: ReadonlyMap<string, Float32Array> = new Map();
  for (let i = 0; i < runs; i++) found = await scorer.run(images, IMAGES);
  await scorer.dispose();
  return found;
}

async function gradients(device: DevicePair, job: Job) {
  const compiled = await device.compileInputGradients(network, parameters, DIRECTIONS, job);
  const found = await compiled.run(images, IMAGES, v);
  await compiled.dispose();
  return found;
}

const GOES_ON = 'going on with ONNX Runtime on 1 CPU thread';

describe('scores and input gradients on a device that fails', () => {
  it('are the same with fewer images at a time where memory is short, which is said once', async () => {
    const { stages, job, device } = watched({ rows: 2 });
    const { job: quiet, device: sound } = watched({});
    expect(await scores(device, job, 2)).toEqual(await scores(sound, quiet));
    expect(stages).toEqual([
      'The device has no memory for 7 images at a time; going on with 4',
      'The device has no memory for 4 images at a time; going on with 2',
    ]);
    expect(await gradients(device, job)).toEqual(await gradients(sound, quiet));
  });

  it('are computed on the spare device where not even one image fits', async () => {
    const { stages, job, device } = watched({ rows: 0 });
    const { job: quiet, device: sound } = watched({});
    expect(await scores(device, job)).toEqual(await scores(sound, quiet));
    expect(stages.at(-1)).toBe(`The device ran out of memory; ${GOES_ON}`);
    expect(device.current).not.toBe(cpu); // something else may fit
  });

  it('go on in the middle on the spare device when theirs is lost, which is never used again', async () => {
    const { stages, job, device } = watched({ rows: 4, runs: 2 }); // halved in the first run, lost in the third
    const { job: quiet, device: sound } = watched({});
    expect(await scores(device, job)).toEqual(await scores(sound, quiet));
    expect(stages.at(-1)).toBe(`The device stopped working; ${GOES_ON}`);
    expect(device.current).toBe(cpu);
    stages.length = 0;
    expect(await gradients(device, job)).toEqual(await gradients(sound, quiet));
    expect(stages).toEqual([]);
  });

  it('fail with the reason where there is no other device', async () => {
    const { job, alone } = watched({ rows: 0 });
    await expect(scores(alone, job)).rejects.toMatchObject({ code: 'device', trouble: 'memory' });
  });

  it('are not tried again after a defect', async () => {
    const { stages, job, device } = watched({});
    const scorer = await device.compileScorer(network, parameters, ['head'], job);
    await expect(scorer.run(new Float32Array(5), 1)).rejects.not.toBeInstanceOf(DeviceError);
    expect(stages).toEqual([]);
    await scorer.dispose();
  });
});

describe('what native libraries say', () => {
  it.each([
    ['memory', 'OOM when allocating tensor with shape[1024,64,48,48] and type float on /job:localhost/device:GPU:0'],
    ['memory', 'CUDA failure 2: out of memory ; GPU=0'],
    ['memory', 'CUDA_ERROR_OUT_OF_MEMORY: out of memory'],
    ['memory', 'vkAllocateMemory failed with VK_ERROR_OUT_OF_DEVICE_MEMORY'],
    ['memory', 'std::bad_alloc'],
    ['lost', '[Device] is lost.'],
    ['lost', 'WebGPU device lost (2): reset'],
    ['lost', 'vkQueueSubmit failed with VK_ERROR_DEVICE_LOST'],
    ['lost', 'HRESULT failed with 0x887A0005: DXGI_ERROR_DEVICE_REMOVED'],
    ['lost', 'an illegal memory access was encountered'],
  ] as const)('%s: %s', async (trouble, message) => {
    const failing = guarded(() => Promise.reject(new Error(message)));
    await expect(failing).rejects.toMatchObject({ name: 'DeviceError', code: 'device', trouble });
  });

  it('about anything else is a defect', async () => {
    for (const message of ['Invalid Feed Input Name: image', 'Got invalid dimensions for input: images'])
      await expect(guarded(() => Promise.reject(new Error(message)))).rejects.not.toBeInstanceOf(DeviceError);
  });
});
