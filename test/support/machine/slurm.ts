import { findProgram, installByApt } from '../program';
import { NotSetUp, Unavailable } from './unavailable';

const programs = ['munged', 'slurmctld', 'slurmd', 'sbatch', 'srun', 'scancel', 'scontrol', 'squeue'] as const;
export type SlurmPrograms = Readonly<Record<(typeof programs)[number], string>>;

/**
 * Slurm's programs, with which a test starts a cluster of its own.
 * @throws Unavailable
 */
export function findSlurm(): SlurmPrograms {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    throw new Unavailable('A Slurm cluster of one machine can be started by root on Linux only.');
  const found = programs.map((name) => [name, findProgram([name])] as const);
  const missing = found.filter(([, path]) => path === undefined).map(([name]) => name);
  if (missing.length > 0) throw new NotSetUp(`Slurm is not on this machine (${missing.join(', ')}).`);
  return Object.fromEntries(found) as SlurmPrograms;
}

export const installSlurm = (): Promise<void> => installByApt(['slurm-wlm', 'munge'], 'Slurm');
