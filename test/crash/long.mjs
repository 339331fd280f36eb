// The long test: kills, damaged files, full disks, commands at a time, by the thousands. `npm run test:crash`, with
// WARMSTART_CRASH_<COUNT>=n for another number (see `efforts`), WARMSTART_CRASH_SEED for other moments and inputs.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const efforts = {
  KILLS_BY_TIME: '500',
  KILLS_BY_CALL: '600',
  INPUTS: '110000',
  DISKS_FULL: '90',
  DISKS_READ_ONLY: '18',
  PAIRS: '55',
};
const counts = join('.test-output', 'crash');
rmSync(counts, { recursive: true, force: true });
const asked = Object.fromEntries(Object.entries(efforts).map(([name, count]) => [`WARMSTART_CRASH_${name}`, count]));
const args = ['vitest', 'run', '--project', 'parts', '--no-file-parallelism', 'test/crash', ...process.argv.slice(2)];
const { status } = spawnSync('npx', args, {
  stdio: 'inherit',
  shell: process.platform === 'win32',
  env: { ...asked, ...process.env },
});
for (const name of readdirSync(counts).sort()) {
  const said = Object.entries(JSON.parse(readFileSync(join(counts, name), 'utf8')));
  console.log(`${name.replace('.json', '')}: ${said.map(([what, count]) => `${count} ${what}`).join(', ')}`);
}
process.exitCode = status ?? 1;
