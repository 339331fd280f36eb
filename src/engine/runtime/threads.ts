import { availableParallelism } from 'node:os';

/** Threads for numeric work: WARMSTART_THREADS, else one a core. */
export function threadCount(): number {
  const wanted = Number(process.env.WARMSTART_THREADS);
  return Number.isInteger(wanted) && wanted > 0 ? wanted : availableParallelism();
}
