import { grantedCores } from '../granted';

/** Threads for numeric work: WARMSTART_THREADS, else one for each core that it was given. */
export function threadCount(): number {
  const wanted = Number(process.env.WARMSTART_THREADS);
  return Number.isInteger(wanted) && wanted > 0 ? wanted : grantedCores();
}
