import { availableParallelism, freemem, totalmem } from 'node:os';

/**
 * What this process may use of the machine. On a cluster that is what the scheduler gave the job (Slurm's SLURM_CPUS_PER_TASK and
 * SLURM_MEM_PER_NODE, in megabytes), not what the node has.
 */
const positive = (value: string | undefined): number | null => {
  const n = Number(value);
  return Number.isInteger(n) && n > 0 ? n : null;
};

/** Cores. */
export function grantedCores(): number {
  return Math.min(positive(process.env.SLURM_CPUS_PER_TASK) ?? Number.POSITIVE_INFINITY, availableParallelism());
}

/** Bytes that new processes can have. macOS counts what it would give back at once as taken, hence half of all there. */
export function grantedMemory(): number {
  const granted = positive(process.env.SLURM_MEM_PER_NODE);
  return Math.min(granted === null ? Number.POSITIVE_INFINITY : granted * 2 ** 20, availableMemory());
}

function availableMemory(): number {
  if (process.platform === 'darwin') return Math.max(freemem(), totalmem() / 2);
  return process.availableMemory?.() ?? freemem(); // the former, from Node 20.13 on, knows of containers' limits
}
