import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** State and parent of a process from /proc; null when it is gone. */
function statOf(pid: number | string): { state: string; parent: number } | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [state, parent] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state, parent: Number(parent) };
  } catch {
    return null;
  }
}

/** Ids of the processes that a process has started and that still run. */
export const childrenOf = (pid: number) =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && statOf(name)?.parent === pid)
    .map(Number);

export const isAlive = (pid: number) => !['Z', 'X', undefined].includes(statOf(pid)?.state);

/** Waits until something is so; fails after the given time. */
export async function until(what: string, isSo: () => boolean, milliseconds = 20_000): Promise<void> {
  const end = performance.now() + milliseconds;
  while (!isSo()) {
    if (performance.now() > end) throw new Error(`Waited ${milliseconds} ms in vain until ${what}.`);
    await sleep(10);
  }
}
