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
  it('is on the disk, whenever the process is killed and however often', async () => {
    const { folder, start } = await writerProgram();
    const confirmed = new Set<string>();
    for (const delay of [60, 90, 120, 160, 200, 250]) {
      const { child, ended } = start(folder, 'ann', `run${delay}`, '10000');
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

  it('is kept by the other processes that write the same file, also when one of them is killed', async () => {
    const { folder, start } = await writerProgram();
    const writers = ['x', 'y', 'z'].map((prefix) => start(folder, 'ann', prefix, prefix === 'z' ? '10000' : '25'));
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
