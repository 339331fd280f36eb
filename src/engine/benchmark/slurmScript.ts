import { join } from 'node:path';
import { STOPPED_EARLY } from '../errors';
import { shellCommand, shellWord } from './shell';

/** What a cluster is asked for. */
export interface SlurmRequest {
  readonly name: string;
  readonly cells: number;
  /** Cells that a task runs one after another. */
  readonly perTask: number;
  /** Tasks at a time; by default as many as the cluster gives. */
  readonly most?: number;
  /** Time limit of a task, as sbatch takes it. */
  readonly time: string;
  /** Megabytes of a task. */
  readonly memory: number;
  /** Further options for sbatch, as they are. */
  readonly more: readonly string[];
  /** Where logs go. */
  readonly folder: string;
  /** The benchmark without its part: node, program, arguments. */
  readonly command: readonly string[];
}

/** Seconds before the time limit at which a task is asked to save its state; Slurm may be a minute early. */
const NOTICE = 90;
/** A task that goes on where it was needs no more starts than that; one that never gets anywhere ends. */
const MOST_RESTARTS = 20;

/** The array of tasks as a script for sbatch. */
export function slurmScript(request: SlurmRequest): string {
  const { name, cells, perTask, most, time, memory, more, folder, command } = request;
  const tasks = Math.ceil(cells / perTask);
  const run = shellCommand([...command, '--cells', ...(perTask > 1 ? ['--per-task', String(perTask)] : [])]);
  return `#!/bin/bash
# ${cells} cells of the benchmark ${oneLine(name)}, ${perTask} a task. Submit it with: sbatch ${shellWord(scriptPath(folder))}
#SBATCH --job-name=${jobName(name)}
#SBATCH --array=0-${tasks - 1}${most === undefined ? '' : `%${most}`}
#SBATCH --cpus-per-task=1
#SBATCH --mem=${memory}M
#SBATCH --time=${time}
#SBATCH --signal=USR1@${NOTICE}
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=${logPath(folder, '%A_%a')}
${more.map((option) => `#SBATCH ${option}\n`).join('')}
srun --ntasks=1 ${run}
code=$?
# ${STOPPED_EARLY}: it was asked to stop, its state is saved, and it goes on where it was
if [ $code -eq ${STOPPED_EARLY} ] && [ "\${SLURM_RESTART_COUNT:-0}" -lt ${MOST_RESTARTS} ]; then
  scontrol requeue "\${SLURM_ARRAY_JOB_ID}_\${SLURM_ARRAY_TASK_ID}"
fi
exit $code
`;
}

/** The job that writes the report once the array has ended. */
export function slurmReportScript({ name, folder, command, more }: SlurmRequest): string {
  return `#!/bin/bash
#SBATCH --job-name=${jobName(name)}-report
#SBATCH --cpus-per-task=1
#SBATCH --output=${logPath(folder, 'report_%j')}
${more.map((option) => `#SBATCH ${option}\n`).join('')}
srun --ntasks=1 ${shellCommand([...command, '--report'])}
`;
}

export const scriptPath = (folder: string): string => join(folder, 'slurm.sh');
export const reportScriptPath = (folder: string): string => join(folder, 'slurm-report.sh');

/** In double quotes, which directives know; a percent sign would begin a placeholder. */
const logPath = (folder: string, name: string): string =>
  `"${join(folder, 'slurm').replaceAll('%', '%%')}/${name}.out"`;

const oneLine = (text: string): string => text.replace(/\s+/g, ' ');
/** sbatch splits no quoted words in its directives. */
const jobName = (name: string): string => `warmstart-${name.replace(/[^\w.-]+/g, '-')}`;
