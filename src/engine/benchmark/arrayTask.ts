import { usageError } from '../errors';

/** Where schedulers say which task of an array this is, counted from 0 or, in some, from 1. */
const taskVariables = [
  { name: 'SLURM_ARRAY_TASK_ID', first: 0 },
  { name: 'JOB_COMPLETION_INDEX', first: 0 }, // Kubernetes, Indexed Job
  { name: 'PBS_ARRAY_INDEX', first: 0 },
  { name: 'LSB_JOBINDEX', first: 1 }, // LSF
  { name: 'SGE_TASK_ID', first: 1 }, // Grid Engine, where it is "undefined" outside of an array
] as const;

/** The cells of one task of an array: the scheduler numbers the tasks, and each takes so many cells. */
export function cellsOfTask(perTask: number, environment: NodeJS.ProcessEnv = process.env): number[] {
  for (const { name, first } of taskVariables) {
    const value = environment[name];
    if (value === undefined || !/^\d+$/.test(value)) continue;
    const task = Number(value) - first;
    if (task < 0)
      throw usageError(`${name} is ${value}, and tasks are counted from ${first} on; begin the array there.`);
    return Array.from({ length: perTask }, (_, i) => task * perTask + i);
  }
  throw usageError(
    `No scheduler says which task this is (${taskVariables.map(({ name }) => name).join(', ')}); name the cells, such as --cells 12-15.`,
  );
}

/** Slurm's default MaxArraySize is 1001, the largest number that a task may have is one less. */
const MOST_TASKS = 1_000;

/** How many cells each task takes so that an array of so many holds them all. */
export const cellsPerTask = (cells: number): number => Math.max(1, Math.ceil(cells / MOST_TASKS));
