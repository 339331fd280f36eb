import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { BackOff, defaultDelays } from '../../src/extension/engine/backOff';
import { missingNativePackage } from '../../src/shared/nativePackage';
import { ensureBuilt } from '../support/built';
import { onBusyMachine } from '../support/busy';
import { testEngine, watched } from '../support/forkedEngine';
import { temporaryFolder } from '../support/temporaryFolder';

beforeAll(ensureBuilt);

describe('warming up', () => {
  it('starts the engine once, and the first request finds it', async () => {
    const { engine, statuses } = testEngine();
    const ready = new Promise((resolve) => engine.onDidChangeStatus(({ kind }) => kind === 'ready' && resolve(kind)));
    engine.warmUp();
    engine.warmUp();
    await ready;
    const { pid } = engine;
    await engine.request('devices', {});
    expect(engine.pid).toBe(pid);
    expect(statuses.map(({ kind }) => kind)).toEqual(['starting', 'ready']);
  });

  it('leaves a failure to the request, and a crashed engine alone', async () => {
    const program = join(await temporaryFolder(), 'nothing.js');
    const { engine, statuses } = testEngine({ program, delays: { first: 50, most: 50, calm: 60_000 } });
    const crashed = new Promise((resolve) =>
      engine.onDidChangeStatus(({ kind }) => kind === 'crashed' && resolve(kind)),
    );
    engine.warmUp();
    await crashed;
    engine.warmUp();
    expect(statuses.at(-1)?.kind).toBe('crashed');
    await expect(engine.request('devices', {})).rejects.toMatchObject({
      message: expect.stringMatching(/nothing\.js/),
    });
  });
});

describe('after a crash', () => {
  it('the next request starts the engine again, not before the delay', async () => {
    const { engine, statuses } = testEngine({ delays: { first: 300, most: 1000, calm: 60_000 } });
    expect(engine.status).toEqual({ kind: 'stopped' });
    await engine.request('devices', {});
    const before = engine.pid!;
    process.kill(before, 'SIGKILL');
    const crashed = new Promise((resolve) =>
      engine.onDidChangeStatus(({ kind }) => kind === 'crashed' && resolve(kind)),
    );
    await crashed;
    const asked = performance.now();
    await engine.request('devices', {});
    expect(performance.now() - asked).toBeGreaterThan(250);
    expect(engine.pid).not.toBe(before);
    expect(statuses.map(({ kind }) => kind)).toEqual(['starting', 'ready', 'crashed', 'starting', 'ready']);
  });

  it('delays double up to the longest, and begin anew after a calm minute', () => {
    const backOff = new BackOff(defaultDelays);
    const waits = Array.from({ length: 8 }, () => {
      backOff.crashed(10, 1000);
      return backOff.left(1000);
    });
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
    expect(backOff.left(31_001)).toBe(0);
    backOff.crashed(60_000, 1000);
    expect(backOff.left(1000)).toBe(500);
  });
});

describe('an engine that can not start', () => {
  async function broken(text: string) {
    const program = join(await temporaryFolder(), 'main.js');
    await writeFile(program, text);
    return testEngine({ program, delays: { first: 50, most: 50, calm: 60_000 } });
  }

  it('is an error with its last words, each time', async () => {
    const { engine, log } = await broken("console.error('line one'); throw new Error('the disk is upside down');");
    for (let i = 0; i < 2; i++)
      await expect(engine.request('devices', {})).rejects.toMatchObject({
        code: 'defect',
        message: expect.stringMatching(/ended unexpectedly \(1\).*the disk is upside down/),
      });
    expect(engine.status).toMatchObject({ kind: 'crashed', message: expect.stringMatching(/upside down/) });
    expect(log).toContain('line one');
  });

  it('for want of a native package says which', async () => {
    const { engine } = await broken("require('@img/sharp-none/sharp.node');");
    await expect(engine.request('devices', {})).rejects.toMatchObject({
      message: expect.stringMatching(/^The package sharp has no binary that runs on this machine/),
    });
  });

  it('is an error when its program is missing', async () => {
    const { engine } = testEngine({ program: join(await temporaryFolder(), 'nothing.js') });
    await expect(engine.request('devices', {})).rejects.toMatchObject({
      message: expect.stringMatching(/nothing\.js/),
    });
  });

  it('can be cancelled while it hangs', async () => {
    const { engine } = await broken("process.on('message', () => {}); setInterval(() => {}, 1000);");
    const { token, cancel } = watched();
    const job = engine.run('sample', { workspace: '/', folder: '/', faces: 1 }, { token });
    setTimeout(cancel, 50);
    const asked = performance.now();
    await expect(job).rejects.toMatchObject({ code: 'cancelled' });
    expect(performance.now() - asked).toBeLessThan(onBusyMachine(1050));
  });
});

describe('missingNativePackage', () => {
  it.each([
    ['Could not load the "sharp" module using the linux-x64 runtime', 'sharp'],
    ["Cannot find module '@img/sharp-darwin-arm64/sharp.node'", 'sharp'],
    ["Cannot find module '../bin/napi-v6/linux/x64/onnxruntime_binding.node'", 'onnxruntime-node'],
    ['libonnxruntime.so.1: cannot open shared object file: No such file or directory', 'onnxruntime-node'],
    ["Cannot find module './else'", null],
  ])('%s', (text, name) => {
    expect(missingNativePackage(text)).toBe(name);
  });
});
