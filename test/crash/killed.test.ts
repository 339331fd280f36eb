import { readFile, rm, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../src/engine/numeric/random';
import { cli, ensureBuilt } from '../support/built';
import { run, startProgram } from '../support/commandLine';
import { findStrace } from '../support/machine/strace';
import { findOrWhy } from '../support/machine/unavailable';
import { temporaryFolder } from '../support/temporaryFolder';
import { effort, seed, tell } from './long/effort';
import { differing, labelsIn, lastingFiles, leftovers } from './long/remains';
import { copyFolder, directoryIn, inFolder, type Station, walk } from './long/steps';

beforeAll(ensureBuilt);

/** Of a file that is half written and that nobody will go on with. */
const LONG_AGO = new Date(Date.now() - 60 * 60_000);

/** Calls by which files come, change and go. */
const CALLS = ['openat', 'read', 'write', 'pwrite64', 'fsync', 'fdatasync', 'rename', 'unlink', 'mkdir', 'ftruncate'];

/** A moment at which a command is killed. */
interface Kill {
  readonly said: string;
  readonly start: (args: readonly string[]) => ReturnType<typeof startProgram>;
}

function killByTime(random: Random, { took }: Station): Kill {
  const delay = Math.round(random.uniform() * took * 1.1);
  return {
    said: `after ${delay} ms`,
    start(args) {
      const started = startProgram(process.execPath, [cli, ...args]);
      void sleep(delay).then(() => started.child.kill('SIGKILL'));
      return started;
    },
  };
}

function killByCall(random: Random, strace: string, calls: ReadonlyMap<string, number>): Kill {
  const [call, most] = [...calls][random.integer(calls.size)]!;
  const nth = 1 + random.integer(most);
  const inject = ['-e', `inject=${call}:signal=SIGKILL:when=${nth}`];
  return {
    said: `at ${call} number ${nth}`,
    start: (args) => startProgram(strace, ['-f', '-qq', '-o', '/dev/null', ...inject, process.execPath, cli, ...args]),
  };
}

/** How often a step makes each call, in the thread that makes it most often: strace counts by thread. */
async function callsOf(station: Station, strace: string, folder: string): Promise<Map<string, number>> {
  await copyFolder(station.from, folder);
  const log = `${folder}.calls`;
  const args = ['-f', '-qq', '-o', log, '-e', `trace=${CALLS.join(',')}`, process.execPath, cli];
  await startProgram(strace, [...args, ...inFolder(folder, station)]).ended;
  const counts = new Map<string, number>();
  for (const line of (await readFile(log, 'latin1')).split('\n')) {
    const found = /^(\d+) +(\w+)\(/.exec(line);
    if (found) counts.set(`${found[2]} ${found[1]}`, (counts.get(`${found[2]} ${found[1]}`) ?? 0) + 1);
  }
  const most = new Map<string, number>();
  for (const [key, count] of counts) {
    const [call = ''] = key.split(' ');
    most.set(call, Math.max(most.get(call) ?? 0, count));
  }
  await rm(folder, { recursive: true });
  return most;
}

/** Kills a step once and goes on; returns what is wrong then, and whether the kill came before the end. */
async function killOnce(station: Station, kill: Kill, folder: string): Promise<{ hit: boolean; wrong: string[] }> {
  await copyFolder(station.from, folder);
  const { code } = await kill.start(inFolder(folder, station)).ended;
  const directory = directoryIn(folder);
  const wrong = await labelProblems(station, directory);
  const expected = await lastingFiles(directoryIn(station.to), station.to);
  const missing = async () => differing(await lastingFiles(directory, folder), expected);
  // what is done already may be refused, as a class that has its new name; it stays as it is all the same
  const isDone = (await missing()).length === 0;
  // only what nobody writes to any more is taken for left
  for (const path of await leftovers(directory)) await utimes(join(directory, path), LONG_AGO, LONG_AGO);
  const again = await run(inFolder(folder, station));
  if (!isDone && again.code !== 0) wrong.push(`the next call ended with ${again.code}: ${again.stderr.trim()}`);
  wrong.push(...(await missing()).map((path) => `${path} differs from that of a run that nobody killed`));
  wrong.push(...(await leftovers(directory)).map((path) => `${path} is left`));
  return { hit: code !== 0, wrong };
}

/** Labels that are neither those from before the command nor those from after it. */
async function labelProblems(station: Station, directory: string): Promise<string[]> {
  const [before, after, now] = await Promise.all([
    labelsIn(directoryIn(station.from)),
    labelsIn(directoryIn(station.to)),
    labelsIn(directory),
  ]);
  return [...before].flatMap(([file, labels]) =>
    [...labels].flatMap(([image, label]) => {
      const found = now.get(file)?.get(image);
      return found === label || found === after.get(file)?.get(image) ? [] : [`${file}: ${image} is ${found}`];
    }),
  );
}

const strace = findOrWhy(findStrace);

describe('every command', () => {
  it.for(['time', 'call'] as const)(
    'killed at any moment (by %s) loses no label, leaves nothing behind, and ends alike when it is called again',
    { timeout: 4 * 60 * 60_000 },
    async (way, { skip }) => {
      if (way === 'call' && strace.found === null) return skip(strace.why);
      const kills = effort(`kills_by_${way}`, 24);
      const root = await temporaryFolder();
      const stations = await walk(join(root, 'steps'));
      const folder = join(root, 'killed');
      const calls = new Map<Station, Map<string, number>>();
      if (way === 'call')
        for (const station of stations.slice(0, kills))
          calls.set(station, await callsOf(station, strace.found!, folder));
      const random = Random.stream(seed, `kills by ${way}`);
      const failures: string[] = [];
      let hits = 0;
      for (let i = 0; i < kills; i++) {
        const station = stations[i % stations.length]!;
        const kill =
          way === 'time' ? killByTime(random, station) : killByCall(random, strace.found!, calls.get(station)!);
        const { hit, wrong } = await killOnce(station, kill, folder);
        if (hit) hits++;
        failures.push(...wrong.map((text) => `${station.name} killed ${kill.said}: ${text}`));
        await rm(folder, { recursive: true });
      }
      tell(`kills by ${way}`, {
        kills: hits,
        'commands that had ended before': kills - hits,
        failures: failures.length,
      });
      expect(failures).toEqual([]);
      expect(hits).toBeGreaterThan(kills / 4);
    },
  );
});
