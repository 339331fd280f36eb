import { constants, setPriority } from 'node:os';

/** `low`: this process, and those that it starts, give way to all others; anything else is as usual. */
export const PRIORITY_VARIABLE = 'WARMSTART_PRIORITY';

/** Gives way to other programs where that is wished. Threads inherit it from their start on, so this comes before all work. */
export function takePriority(): void {
  if (process.env[PRIORITY_VARIABLE] !== 'low') return;
  try {
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // a system that forbids it: nothing is lost but courtesy
  }
}
