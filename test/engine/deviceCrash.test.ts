import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { DEVICE_VARIABLE, PACKAGES_VARIABLE } from '../../src/engine/runtime/device/device';
import { EnduringJob } from '../../src/engine/server/enduringJob';
import type { JobName } from '../../src/engine/server/jobTypes';
import { ensureBuilt } from '../support/built';
import { run } from '../support/commandLine';
import { testEngine } from '../support/forkedEngine';
import { writeImages } from '../support/pictures';
import { temporaryFolder } from '../support/temporaryFolder';
import { packages, working } from './cudaStandIn';

beforeAll(ensureBuilt);

function environment(variables: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
}

const SPEECH = 'A native library crashed (SIGABRT); going on from what is saved';

describe.runIf(process.platform === 'linux' && process.arch === 'x64')('a device whose library aborts', () => {
  it('ends neither the engine nor pre-training: it goes on from its checkpoint, at last on the CPU', async () => {
    // passes every probe, and aborts in the second step of every process
    const first = `if (process.argv.includes('probe-device')) {
      process.send({ kind: 'answer', answer: { rate: 1e6, description: 'a stand-in' } });
      throw new Error('there is nothing more to load');
    }
    let steps = 0;`;
    const changes = 'valueAndGrads(f) { if (++steps === 2) process.abort(); return tf.valueAndGrads(f); }';
    environment({
      [PACKAGES_VARIABLE]: await packages(await working(true, { first, changes })),
      [DEVICE_VARIABLE]: 'cuda',
    });
    const workspace = await temporaryFolder();
    await writeImages(join(workspace, 'faces'), { classes: ['a', 'b'], train: 4, test: 1 });
    const imported = await run(['import', join(workspace, 'faces'), '--workspace', workspace, '--image-size', '8']);
    expect(imported.code).toBe(0);

    const { engine, log } = testEngine();
    const stages: string[] = [];
    const done: number[] = [];
    const report = (progress: { stage: string; done: number }) => {
      if (progress.stage !== stages.at(-1)) stages.push(progress.stage);
      if (progress.stage === 'Pre-training' && progress.done !== done.at(-1)) done.push(progress.done);
    };
    await engine.request('devices', {});
    const before = engine.pid;
    const settings = { preset: 'quick', epochs: 4, seed: 0, restart: true };
    const { trained, encoder } = await engine.run('pretrain', { workspace, dataset: 'faces', ...settings }, { report });
    expect(trained).toBe(true);
    expect(encoder.history).toHaveLength(4);
    expect(encoder.device).toMatch(/^ONNX Runtime on \d+ CPU/);
    expect(stages).toContain(SPEECH);
    expect(stages).toContain(`${SPEECH}, on the CPU`);
    expect(log).toContain(`${SPEECH}, on the CPU.`);
    expect(done).toEqual([8, 16, 24, 32]); // no epoch was computed twice
    expect(engine.pid).toBe(before);
  });
});

describe.runIf(process.platform !== 'win32')('a job whose process aborts every time', () => {
  /** Runs a job of a program that notes the device and aborts. */
  async function devicesTried(method: JobName): Promise<{ tried: string[]; message: string; stages: string[] }> {
    const folder = await temporaryFolder();
    const program = join(folder, 'job.cjs');
    const note = join(folder, 'tried');
    await writeFile(note, '');
    await writeFile(
      program,
      `process.on('message', () => {
        require('node:fs').appendFileSync(${JSON.stringify(note)}, process.env.${DEVICE_VARIABLE} + '\\n');
        console.error('the driver is upside down');
        process.abort();
      });`,
    );
    const stages: string[] = [];
    const params = { workspace: folder, dataset: 'faces', preset: 'quick', seed: 0, restart: false, learner: 'auto' };
    const job = new EnduringJob(program, method, params as never, ({ stage }) => void stages.push(stage));
    const message = await job.result.then(
      () => 'no error',
      (error: Error) => error.message,
    );
    await job.ended;
    return { tried: (await readFile(note, 'utf8')).trim().split('\n'), message, stages };
  }

  it('is tried again once there and once on the CPU, then fails in one sentence', async () => {
    environment({ [DEVICE_VARIABLE]: 'webgpu' });
    const { tried, message, stages } = await devicesTried('pretrain');
    expect(tried).toEqual(['webgpu', 'webgpu', 'onnx-cpu']);
    expect(stages).toEqual([SPEECH, `${SPEECH}, on the CPU`]);
    expect(message).toMatch(/^Pre-training ended unexpectedly \(SIGABRT\); what was finished is kept, try again\. /);
    expect(message).toMatch(/the driver is upside down/);
  });

  it('is tried once again where there is only the CPU, and an import not at all', async () => {
    environment({ [DEVICE_VARIABLE]: 'onnx-cpu' });
    expect((await devicesTried('train')).tried).toEqual(['onnx-cpu', 'onnx-cpu']);
    expect((await devicesTried('import')).tried).toEqual(['onnx-cpu']);
  });
});
