import { spawnSync } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { ensureBuilt } from '../support/built';
import { run } from '../support/commandLine';
import { temporaryFolder } from '../support/temporaryFolder';
import { effort, tell } from './long/effort';
import { differing, labelsIn, lastingFiles, leftovers } from './long/remains';
import { copyFolder, directoryIn, inFolder, type Station, walk } from './long/steps';

beforeAll(ensureBuilt);

/** Room for the dataset at its largest, in MiB. */
const DISK = 64;
const LEFT_KIB = [0, 8, 64, 400, 1_500];

/** A small disk in memory; null where this user or system can't mount one. */
function smallDisk(folder: string): { remount(options: string): void } | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return null;
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK}m`, 'tmpfs', folder]).status !== 0) return null;
  onTestFinished(() => void spawnSync('umount', ['-l', folder]));
  return { remount: (options) => void spawnSync('mount', ['-o', `remount,${options}`, folder]) };
}

/** One sentence for people, or nothing: never a defect, never a stack. */
const spokenWell = (code: number | null, stderr: string): boolean =>
  code === 0 ||
  (code === 1 && !/defect|Unexpected|\n\s+at /.test(stderr) && /disk|space|read-only|write/i.test(stderr));

async function fill(folder: string, left: number): Promise<void> {
  const path = join(folder, 'filling');
  const { stdout } = spawnSync('df', ['--output=avail', '-k', folder], { encoding: 'utf8' });
  const free = Number(stdout.trim().split('\n').at(-1));
  await writeFile(path, Buffer.alloc(Math.max(0, free - left) * 1024));
}

/** Labels from before are there; those of the command all or none. */
async function lostLabels(station: Station, directory: string): Promise<string[]> {
  const [before, now] = await Promise.all([labelsIn(directoryIn(station.from)), labelsIn(directory)]);
  return [...before.keys()].filter((file) => (now.get(file)?.size ?? 0) < before.get(file)!.size);
}

describe('a disk', () => {
  it.for(['full', 'read-only'] as const)(
    'that is %s costs no label: every command ends by one sentence, and goes on when there is room',
    { timeout: 60 * 60_000 },
    async (kind, { skip }) => {
      const root = await temporaryFolder();
      const folder = join(root, 'disk');
      await mkdir(folder);
      const disk = smallDisk(folder);
      if (!disk) return skip(`Mounting a ${kind} disk needs root on Linux with the right to mount.`);
      const stations = await walk(join(root, 'steps'));
      const trials = effort(`disks_${kind === 'full' ? 'full' : 'read_only'}`, 6);
      const failures: string[] = [];
      let refused = 0;
      for (let i = 0; i < trials; i++) {
        // all commands first, then with more room
        const station = stations[(i * 7) % stations.length]!;
        const left = LEFT_KIB[(i + Math.floor(i / stations.length)) % LEFT_KIB.length]!;
        await copyFolder(station.from, folder);
        if (kind === 'full') await fill(folder, left);
        else disk.remount('ro');
        const { code, stderr } = await run(inFolder(folder, station));
        disk.remount('rw');
        await rm(join(folder, 'filling'), { force: true });
        if (code !== 0) refused++;
        const directory = directoryIn(folder);
        const wrong = (await lostLabels(station, directory)).map((file) => `labels/${file} lost some`);
        if (!spokenWell(code, stderr)) wrong.push(`ended with ${code}: ${stderr.trim()}`);
        wrong.push(...(await leftovers(directory)).map((path) => `${path} is left`));
        const again = code === 0 ? null : await run(inFolder(folder, station));
        if (again && again.code !== 0) wrong.push(`the next call ended with ${again.code}: ${again.stderr.trim()}`);
        const expected = await lastingFiles(directoryIn(station.to), station.to);
        wrong.push(...differing(await lastingFiles(directory, folder), expected).map((path) => `${path} differs`));
        const said = kind === 'full' ? `${left} KiB left` : 'read-only';
        failures.push(...wrong.map((text) => `${station.name}, ${said}: ${text}`));
        spawnSync('find', [folder, '-mindepth', '1', '-delete']);
      }
      tell(`${kind} disk`, { commands: trials, refused, failures: failures.length });
      expect(failures).toEqual([]);
      expect(refused).toBeGreaterThan(0);
    },
  );
});
