import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { describeFailure } from '../../src/engine/describeFailure';
import { DeviceError } from '../../src/engine/errors';
import { Child, type ChildOptions } from '../../src/engine/process/child';
import { lossFailure, NativeCrash, ProcessLost } from '../../src/engine/process/ended';
import { bundle } from '../support/bundle.mjs';
import type { Order } from './childProgram';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'warmstart-child-'));
  await bundle({ child: join(__dirname, 'childProgram.ts') }, folder, { withPackages: true });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function start(options: Partial<ChildOptions> = {}): Child<Order, string, number> {
  const child = new Child<Order, string, number>({
    command: 'engine-job',
    program: join(folder, 'child.js'),
    grace: 20_000,
    ...options,
  });
  onTestFinished(async () => {
    child.release();
    await child.ended;
  });
  return child;
}

const failureOf = (child: Child<Order, string, number>, order: Order): Promise<Error> =>
  child.ask(order).then(
    () => new Error('it was answered'),
    (error: Error) => error,
  );

describe('a child process', () => {
  it('answers orders one after another, with reports before each answer, and ends when it is released', async () => {
    const child = start();
    const reports: number[] = [];
    expect(await child.ask('count', (n) => reports.push(n))).toBe('counted');
    expect(await child.ask('count', (n) => reports.push(n))).toBe('counted');
    expect(reports).toEqual([1, 2, 3, 1, 2, 3]);
    child.release();
    expect(await child.ended).toEqual({ kind: 'answered' });
  });

  it('fails as what it threw: the code, and the trouble of a device, survive the way', async () => {
    const child = start();
    expect(await failureOf(child, 'input')).toMatchObject({
      code: 'input',
      message: expect.stringMatching(/^The file/),
    });
    const trouble = await failureOf(child, 'memory');
    expect(trouble).toBeInstanceOf(DeviceError);
    expect(trouble).toMatchObject({ code: 'device', trouble: 'memory', message: expect.stringMatching(/^The device/) });
    expect(await child.ask('count')).toBe('counted');
  });

  it('keeps the stack of a defect out of the sentence, and for the log', async () => {
    const error = await failureOf(start(), 'defect');
    expect(error.message).toBe("Cannot read properties of undefined (reading 'length')");
    expect(error.stack).toMatch(/^TypeError: Cannot read [\s\S]*\n +at .*child\.js/);
    expect(describeFailure(error, 'the log says where')).toEqual({
      code: 'defect',
      message: `Unexpected error: ${error.message} (this is a defect of Warmstart; the log says where)`,
    });
  });

  it('that stops when it is asked to says so; one that does not is killed when its time is over', async () => {
    const obedient = start();
    await expect(obedient.ask('obey', () => obedient.stop())).rejects.toMatchObject({ code: 'cancelled' });
    expect(await obedient.ended).toEqual({ kind: 'answered' });
    const deaf = start({ grace: 100 });
    const error = await deaf.ask('ignore', () => deaf.stop()).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ProcessLost);
    expect(await deaf.ended).toEqual({ kind: 'silent', waited: 100 });
  });

  it('that hangs is killed when patience is at its end', async () => {
    const error = await failureOf(start({ patience: 1_500 }), 'hang');
    expect(error).toMatchObject({ end: { kind: 'silent', waited: 1_500 } });
  });

  it('that can not be started says why', async () => {
    const child = start({ program: join(folder, 'nothing.js') });
    const error = (await failureOf(child, 'count')) as ProcessLost;
    expect(error.end).toMatchObject({ kind: 'crashed', how: 'exit code 1', isNative: false });
    expect(lossFailure(error.end, 'Counting', 'try again').message).toMatch(
      /^Counting ended unexpectedly \(exit code 1\); try again\. Last lines: .*nothing\.js/,
    );
  });

  it('that leaves early is lost with its last words, which the log has line by line', async () => {
    const lines: string[] = [];
    const error = await failureOf(start({ onLine: (line) => lines.push(line) }), 'leave');
    expect(error).toBeInstanceOf(ProcessLost);
    expect(error).not.toBeInstanceOf(NativeCrash);
    expect(error).toMatchObject({ end: { how: 'exit code 3', lastWords: 'line one line two' } });
    expect(lines).toEqual(['line one', 'line two']);
  });

  it.runIf(process.platform !== 'win32')('that native code ends is told from one that ends by itself', async () => {
    const error = await failureOf(start(), 'abort');
    expect(error).toBeInstanceOf(NativeCrash);
    expect(error).toMatchObject({
      end: { kind: 'crashed', how: 'SIGABRT', isNative: true, lastWords: expect.stringMatching(/upside down/) },
    });
  });
});
