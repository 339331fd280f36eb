import { spawnSync } from 'node:child_process';
import { findProgram, installByApt } from '../program';
import { NotSetUp, Unavailable } from './unavailable';

/**
 * Path of strace, which kills a process at a system call of ours to choose.
 * @throws Unavailable
 */
export function findStrace(): string {
  if (process.platform !== 'linux') throw new Unavailable('strace is for Linux only.');
  const strace = findProgram(['strace']);
  if (!strace) throw new NotSetUp('strace is not on this machine.');
  // a container may forbid it
  if (spawnSync(strace, ['-o', '/dev/null', process.execPath, '--version']).status !== 0)
    throw new Unavailable('Processes may not be traced on this machine.');
  return strace;
}

export const installStrace = (): Promise<void> => installByApt(['strace'], 'strace');
