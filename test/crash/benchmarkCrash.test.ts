import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { ensureBuilt } from '../support/built';
import { type Ran, run } from '../support/commandLine';
import { testEngine } from '../support/forkedEngine';
import { writeImages } from '../support/pictures';
import { temporaryFolder } from '../support/temporaryFolder';

beforeAll(ensureBuilt);

async function study(): Promise<{ folder: string; args: string[]; cells: () => Promise<string[]> }> {
  const folder = await temporaryFolder();
  await writeImages(join(folder, 'faces'), { classes: ['a', 'b'], train: 30, test: 4 });
  expect((await run(['--workspace', folder, 'import', join(folder, 'faces')])).code).toBe(0);
  const args = [
    ...['--workspace', folder, 'benchmark', 'faces', '--strategies', 'random,coreset', '--pretrained', 'no'],
    ...['--initial', '4', '--budget', '4', '--cycles', '3', '--seeds', '2', '--learner', 'probe'],
  ];
  return { folder, args, cells: () => cellTexts(join(folder, 'warmstart/faces/benchmarks/benchmark/cells')) };
}

/** The files of all cells without the times that they took, which no two runs share. */
async function cellTexts(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json') && !name.startsWith('.')).sort();
  return Promise.all(
    names.map(async (name) =>
      (await readFile(join(folder, name), 'utf8')).replace(/"(selection|training)Seconds": *[^,\n]*/g, '"$1Seconds"'),
    ),
  );
}

/** Node options that run some code before everything else in every process that runs cells. */
async function inWorkers(source: string): Promise<string> {
  const path = join(await temporaryFolder(), 'first.cjs');
  await writeFile(path, `if (process.argv.includes('benchmark-worker')) {\n${source}\n}`);
  return `--require ${path}`;
}

/** Ends the process by a signal when the second round of a core-set cell is on the disk, as long as `condition` holds. */
const ending = (condition: string, note: string, signal = 'SIGABRT') =>
  inWorkers(`
  const fs = require('node:fs');
  let strategy = '';
  process.prependListener('message', ({ order }) => { strategy = order?.plan?.policy.strategy ?? strategy; });
  const send = process.send.bind(process);
  process.send = (message, ...rest) => {
    if (strategy === 'coreset' && message.report?.rounds >= 2 && ${condition}) {
      fs.appendFileSync(${JSON.stringify(note)}, process.pid + '\\n');
      console.error('the driver is upside down');
      process.kill(process.pid, '${signal}');
      for (;;);
    }
    return send(message, ...rest);
  };`);

/** True once, whatever number of processes asks at the same time. */
const firstOf = (path: string) =>
  `(() => { try { fs.writeFileSync(${JSON.stringify(path)}, '', { flag: 'wx' }); return true; } catch { return false; } })()`;

const runWith = (args: readonly string[], options: string, env = {}): Promise<Ran> =>
  run(args, { env: { ...process.env, NODE_OPTIONS: options, ...env } });

describe.runIf(process.platform !== 'win32')('a benchmark with a cell that native code crashes', () => {
  it('repeats the cell, and only that, and ends with the same bytes as without the crash', async () => {
    const [whole, crashed] = [await study(), await study()];
    expect((await run(whole.args)).code).toBe(0);
    const note = join(crashed.folder, 'crashes');
    const { code, stderr } = await runWith(crashed.args, await ending(firstOf(`${note}.first`), note));
    expect(code).toBe(0);
    expect((await readFile(note, 'utf8')).trim().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(
      /^Core-set, scratch, seed \d: a native library crashed \(SIGABRT\); going on after the last round\.$/m,
    );
    expect(await crashed.cells()).toEqual(await whole.cells());
  });

  it('gives up when it crashes there again, in one sentence that names the cell', async () => {
    const { folder, args, cells } = await study();
    const note = join(folder, 'crashes');
    const { code, stderr } = await runWith([...args, '--quiet', '--jobs', '1'], await ending('true', note));
    expect(code).toBe(1);
    expect((await readFile(note, 'utf8')).trim().split('\n')).toHaveLength(2);
    const last = stderr.trim().split('\n').at(-1);
    expect(last).toMatch(
      /^The cell "Core-set, scratch, seed 0" ended unexpectedly \(SIGABRT\); .* Last lines: .*the driver is upside down/,
    );
    expect(last).not.toMatch(/Unexpected error| at /);
    expect(await cells()).not.toHaveLength(0);
  });

  it('fails at once where memory ran out, which another try would not mend', async () => {
    const { folder, args } = await study();
    const note = join(folder, 'crashes');
    const { code, stderr } = await runWith([...args, '--quiet', '--jobs', '1'], await ending('true', note, 'SIGKILL'));
    expect(code).toBe(1);
    expect((await readFile(note, 'utf8')).trim().split('\n')).toHaveLength(1);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(
      /^The cell "Core-set, scratch, seed 0" ended unexpectedly \(SIGKILL, most often because memory ran out\); what was finished is kept, run the benchmark again\./,
    );
  });
});

describe('a defect in a cell', () => {
  const broken = () =>
    inWorkers(`
    require('node:crypto').createHash = () => { throw new TypeError('the digest is upside down'); };`);
  const sentence = (where: string) =>
    `Unexpected error: the digest is upside down (this is a defect of Warmstart; ${where})`;

  it('is one sentence on the command line, with the stack for those who ask for it', async () => {
    const { args } = await study();
    const plain = await runWith([...args, '--quiet'], await broken());
    expect(plain.code).toBe(1);
    expect(plain.stderr.trim()).toBe(sentence('set WARMSTART_DEBUG=1 to see where'));
    const asked = await runWith([...args, '--quiet'], await broken(), { WARMSTART_DEBUG: '1' });
    expect(asked.stderr).toMatch(/\nTypeError: the digest is upside down\n +at .*first\.cjs/);
  });

  it('is one sentence in the editor, whose log has the stack of the process that it came from', async () => {
    const { folder } = await study();
    vi.stubEnv('NODE_OPTIONS', await broken());
    onTestFinished(() => void vi.unstubAllEnvs());
    const { engine, log } = testEngine();
    const request = {
      workspace: folder,
      dataset: 'faces',
      name: 'x',
      strategies: ['random'],
      pretrained: 'no' as const,
    };
    await expect(
      engine.run('benchmark', { ...request, initial: 4, budget: 4, cycles: 2, seeds: 1 }, {}),
    ).rejects.toMatchObject({
      code: 'defect',
      message: sentence('the log says where'),
    });
    await vi.waitFor(() => expect(log).toContain('TypeError: the digest is upside down'));
    expect(log.some((line) => /^ +at .*first\.cjs/.test(line))).toBe(true);
    expect(existsSync(join(folder, 'warmstart/faces/benchmarks/x/report.json'))).toBe(false);
  });
});
