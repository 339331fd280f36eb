import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { bundle } from '../support/bundle.mjs';
import { startProgram } from '../support/commandLine';
import { labelsOnDisk } from '../support/labelsOnDisk';
import { temporaryFolder } from '../support/temporaryFolder';

async function writerProgram(): Promise<{
  start: (...args: string[]) => ReturnType<typeof startProgram>;
  folder: string;
}> {
  const folder = await temporaryFolder();
  await bundle({ writer: join(__dirname, 'labelWriter.ts') }, folder, { withPackages: true });
  return { folder, start: (...args) => startProgram(process.execPath, [join(folder, 'writer.js'), ...args]) };
}

describe('a confirmed label', () => {
  it.each([
    ['replaces the file', 'replace'],
    ['adds lines to it, and sorts them now and then', 'grow'],
  ])('is on the disk, whenever a process that %s is killed and however often', async (_, way) => {
    const { folder, start } = await writerProgram();
    const confirmed = new Set<string>();
    for (const delay of [60, 90, 120, 160, 200, 250]) {
      const { child, ended } = start(folder, 'ann', `run${delay}`, '10000', way);
      await new Promise((resolve) => child.stdout!.once('data', resolve));
      await sleep(delay);
      child.kill('SIGKILL');
      const lines = (await ended).stdout.split('\n');
      for (const image of lines.slice(0, -1)) confirmed.add(image); // a line without its end was not finished
    }
    const saved = new Set(Object.keys(await labelsOnDisk(folder, 'ann')));
    expect(confirmed.size).toBeGreaterThan(6);
    expect([...confirmed].filter((image) => !saved.has(image))).toEqual([]);
    // at most the answer under way at each kill may be there without having been confirmed
    expect(saved.size - confirmed.size).toBeLessThanOrEqual(6);
  });

  it('outlives a line that was cut off by a crash, with all that were confirmed before', async () => {
    const { folder, start } = await writerProgram();
    expect((await start(folder, 'ann', 'before', '5', 'grow').ended).code).toBe(0);
    const path = join(folder, 'labels', 'ann.jsonl');
    await appendFile(path, '{ "image": "torn.png", "label": "a", "at": "2026');
    expect(Object.keys(await labelsOnDisk(folder, 'ann'))).toHaveLength(5);
    expect((await start(folder, 'ann', 'after', '5', 'grow').ended).code).toBe(0);
    const saved = Object.keys(await labelsOnDisk(folder, 'ann'));
    expect(saved.filter((image) => /^(before|after)-\d.png$/.test(image))).toHaveLength(10);
    expect(await readFile(path, 'utf8')).not.toContain('torn.png');
  });

  it('is kept by the other processes that write the same file, also when one of them is killed', async () => {
    const { folder, start } = await writerProgram();
    const writers = ['x', 'y', 'z'].map((prefix) =>
      start(folder, 'ann', prefix, prefix === 'z' ? '10000' : '25', prefix === 'x' ? 'replace' : 'grow'),
    );
    const [x, y, z] = writers;
    await Promise.all([x.ended, y.ended]);
    z.child.kill('SIGKILL');
    const lines = (await Promise.all(writers.map(({ ended }) => ended))).flatMap(({ stdout }) =>
      stdout.split('\n').slice(0, -1),
    );
    const saved = new Set(Object.keys(await labelsOnDisk(folder, 'ann')));
    expect(lines.filter((line) => /^[xy]/.test(line))).toHaveLength(50);
    expect(lines.filter((image) => !saved.has(image))).toEqual([]);
    // the killed process may have left its lock: the next one clears it away
    const { code, stdout } = await start(folder, 'ann', 'after', '1').ended;
    expect([code, stdout]).toEqual([0, 'after-0.png\n']);
  });
});
