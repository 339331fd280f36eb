import type { ChildProcess } from 'node:child_process';

/** Longest wait (ms) for a probe's process: the first use of a GPU compiles kernels. */
export const PATIENCE = 120_000;

/** How a probe's process ended. */
export interface ProbeEnd {
  /** Its exit code, the signal that ended it, or why it could not be started. */
  readonly how: string | number | Error | null;
  /** It hung and was killed. */
  readonly isLate: boolean;
}

/** Waits for a process that a driver may hang, and kills it when patience is at its end or the signal comes. */
export async function endOf(child: ChildProcess, patience: number, signal?: AbortSignal): Promise<ProbeEnd> {
  let isLate = false;
  const kill = () => child.kill('SIGKILL');
  const timer = setTimeout(() => {
    isLate = true;
    kill();
  }, patience);
  signal?.addEventListener('abort', kill, { once: true });
  const how = await new Promise<ProbeEnd['how']>((resolve) => {
    child.on('error', resolve);
    child.on('close', (code, killedBy) => resolve(killedBy ?? code));
  });
  clearTimeout(timer);
  signal?.removeEventListener('abort', kill);
  return { how, isLate };
}
