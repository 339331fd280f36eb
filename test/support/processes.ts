import { readdirSync, readFileSync } from 'node:fs';

/** State and parent of a process from /proc; null when it is gone. */
function statOf(pid: number | string): { state: string; parent: number } | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [state = '', parent] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state, parent: Number(parent) };
  } catch {
    return null;
  }
}

/** Ids of the processes that a process has started and that still run; on Linux. */
export const childrenOf = (pid: number): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && statOf(name)?.parent === pid)
    .map(Number);

export function isAlive(pid: number): boolean {
  // one that has ended may stay in the table until its parent asks
  if (process.platform === 'linux') return !['Z', 'X', undefined].includes(statOf(pid)?.state);
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
