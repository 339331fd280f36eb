import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { INPUT, type Network } from '../../src/engine/network/network';
import { PACKAGES_VARIABLE } from '../../src/engine/runtime/device/device';
import { probeDevice } from '../../src/engine/runtime/device/probe';
import { cli, ensureBuilt } from '../support/built';
import { start } from '../support/commandLine';
import { temporaryFolder } from '../support/temporaryFolder';
import { packages, working } from './cudaStandIn';

beforeAll(ensureBuilt);

const tiny: Network = {
  input: [1, 4, 4],
  ops: [
    { kind: 'conv2d', name: 'conv', input: INPUT, outputs: 2, kernel: 3, stride: 2 },
    { kind: 'globalAveragePool', name: 'pool', input: 'conv' },
  ],
};

const throwing = (message: string) => `throw new Error(${JSON.stringify(message)});`;

async function probe(source: string, patience?: number) {
  vi.stubEnv(PACKAGES_VARIABLE, await packages(source));
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  return probeDevice('cuda', tiny, { program: cli, ...(patience === undefined ? {} : { patience }) });
}

const onLinuxAndWindows = process.arch === 'x64' && process.platform !== 'darwin';

describe.runIf(onLinuxAndWindows)('the CUDA package', () => {
  it('that finds no GPU is not taken for one', async () => {
    expect(await probe(await working(false))).toMatchObject({
      failure: expect.stringMatching(/^TensorFlow found no GPU: .*CUDA 11\.2/),
    });
  });

  it.each([
    [
      'for another version of Node',
      "The module 'tfjs_binding.node' was compiled against a different Node.js version using NODE_MODULE_VERSION 93.",
      /^@tensorflow\/tfjs-node-gpu was installed for another version of Node than v[\d.]+; install it again/,
    ],
    [
      'without its native part',
      'The Node.js native addon module (tfjs_binding.node) can not be found at path: /x/tfjs_binding.node. \nPlease run',
      /^The native part of @tensorflow\/tfjs-node-gpu for Node .* is not there/,
    ],
    [
      "without CUDA's libraries",
      'libcudart.so.11.0: cannot open shared object file: No such file or directory',
      /does not find the library libcudart\.so\.11\.0; install it/,
    ],
    [
      'that fails in a new way',
      'first\nsecond',
      /^@tensorflow\/tfjs-node-gpu can't be loaded \(first second\); install it again/,
    ],
  ])('%s is refused in one sentence', async (_, message, expected) => {
    const answer = await probe(throwing(message));
    expect(answer).toEqual({ failure: expect.stringMatching(expected) });
    expect('failure' in answer && answer.failure).not.toMatch(/\n/);
  });

  it('may crash or hang without harm', async () => {
    expect(await probe('process.abort();')).toMatchObject({
      failure: expect.stringMatching(
        /^It ended its process \((SIGABRT|exit code \d+)\); its driver or its installation is broken/,
      ),
    });
    expect(await probe('for (;;);', 3_000)).toMatchObject({
      failure: expect.stringMatching(/did not answer within 3 s/),
    });
  });

  it('trains when it finds a GPU, on Node versions without isNullOrUndefined too', async () => {
    const folder = await temporaryFolder();
    const later = join(folder, 'later.cjs');
    await writeFile(later, "delete require('util').isNullOrUndefined;");
    vi.stubEnv('NODE_OPTIONS', `--require ${later}`);
    const answer = await probe(await working(true));
    expect(answer).toMatchObject({ rate: expect.any(Number), description: 'TensorFlow.js 4.22.0 on CUDA' });
  });
});

describe('the command line', () => {
  it('refuses an unknown device before it does anything, wherever it is named', async () => {
    for (const ran of [
      await start(['doctor'], { env: { ...process.env, WARMSTART_DEVICE: 'gpu' } }).ended,
      await start(['--device', 'gpu', 'doctor']).ended,
    ]) {
      expect(ran.code).toBe(2);
      expect(ran.stderr.trim().split('\n')).toHaveLength(1);
      expect(ran.stderr).toMatch(/gpu.*onnx-cpu, webgpu, directml, coreml, onnx-cuda, cuda, tfjs-cpu/);
    }
  });

  it('lists every device in doctor, with what was measured, and goes on when the one that was named is broken', async () => {
    const folder = await packages('process.abort();');
    const env = { ...process.env, WARMSTART_PACKAGES: folder, WARMSTART_DEVICE: '' };
    const auto = await start(['--json', 'doctor'], { env }).ended;
    const report = auto.json<{ device: string; findings: { what: string; state: string; detail: string }[] }>();
    const of = (name: string) => report.findings.find(({ what }) => what.endsWith(`(${name})`));
    expect(of('onnx-cpu')).toMatchObject({ state: 'ok', detail: expect.stringMatching(/images\/s/) });
    expect(of('tfjs-cpu')).toMatchObject({ state: 'ok' });
    // elsewhere the package is not even looked for
    const cuda = onLinuxAndWindows ? /ended its process/ : /./;
    expect(of('cuda')).toMatchObject({
      state: onLinuxAndWindows ? 'problem' : expect.any(String),
      detail: expect.stringMatching(cuda),
    });
    expect(report.device).toMatch(/^ONNX Runtime on the CPU/);

    const named = await start(['--device', 'cuda', 'perf', '--workload', 'w3', '--seconds', '1'], { env }).ended;
    expect(named.code).toBe(1);
    expect(named.stderr.trim().split('\n').at(-1)).toMatch(/^The device cuda can't be used: .*warmstart doctor\.$/);
  });
});
