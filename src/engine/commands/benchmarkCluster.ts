import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { kubernetesJob } from '../benchmark/kubernetesJob';
import { shellWord } from '../benchmark/shell';
import {
  reportScriptPath,
  type SlurmRequest,
  scriptPath,
  slurmReportScript,
  slurmScript,
} from '../benchmark/slurmScript';
import { inputError } from '../errors';
import type { Job } from '../job';
import { writeFileAtomic } from '../store/atomicFile';
import { ensureFolder } from '../store/ensureFolder';
import { plural } from '../text/plural';
import { type BenchmarkPlan, listCells, planBenchmark } from './benchmarkParts';
import type { BenchmarkOptions } from './benchmarkStudy';

export interface ClusterOptions {
  /** Time limit of a task, as sbatch takes it. */
  readonly time: string;
  /** Cells that each task runs; by default as many as make them fit into one array. */
  readonly perTask?: number;
  /** Tasks at a time. */
  readonly max?: number;
  /** Further options for sbatch, as they would stand in one line of a script. */
  readonly sbatch?: string;
  /** Nothing is made or submitted. */
  readonly dryRun: boolean;
  /** False: everything is made and the scripts are written, for somebody to look at and submit. */
  readonly submit: boolean;
}

export interface Submission {
  readonly scripts: readonly { readonly path: string; readonly text: string }[];
  readonly cells: number;
  /** Whether the scripts are on the disk. */
  readonly written: boolean;
  /** Numbers of the jobs for the cells and for the report; null where nothing was submitted. */
  readonly jobs: { readonly cells: string; readonly report: string } | null;
}

/** Runs a benchmark on a Slurm cluster: makes it ready here, then an array of tasks for its cells, then a job for its report. */
export async function submitToSlurm(options: BenchmarkOptions, cluster: ClusterOptions, job: Job): Promise<Submission> {
  const plan = cluster.dryRun ? await listCells(options, job) : await planBenchmark(options, job);
  const request = slurmRequest(options, cluster, plan);
  const { folder } = plan;
  const scripts = [
    { path: scriptPath(folder), text: slurmScript(request) },
    { path: reportScriptPath(folder), text: slurmReportScript(request) },
  ] as const;
  const cells = plan.cells.length;
  if (cluster.dryRun) return { scripts, cells, written: false, jobs: null };
  await ensureFolder(join(folder, 'slurm')); // Slurm makes no folder for its logs
  for (const { path, text } of scripts) await writeFileAtomic(path, text);
  if (!cluster.submit) return { scripts, cells, written: true, jobs: null };
  const array = await sbatch([scripts[0].path], scripts[0].path);
  const report = await sbatch([`--dependency=afterany:${array}`, scripts[1].path], scripts[1].path);
  return { scripts, cells, written: true, jobs: { cells: array, report } };
}

/** The manifest of a Kubernetes Indexed Job, to be looked at and filled in: it was never run on a cluster by us. */
export async function describeKubernetes(options: BenchmarkOptions, cluster: ClusterOptions, job: Job) {
  const plan = await listCells(options, job);
  return kubernetesJob({
    name: options.name,
    cells: plan.cells.length,
    perTask: cluster.perTask ?? plan.perTask,
    memory: plan.memory,
    arguments: ['--workspace', 'WORKSPACE', ...benchmarkArguments(options, plan)],
    ...(cluster.max === undefined ? {} : { most: cluster.max }),
  });
}

function slurmRequest(options: BenchmarkOptions, cluster: ClusterOptions, plan: BenchmarkPlan): SlurmRequest {
  const { time, perTask = plan.perTask, max, sbatch: more } = cluster;
  return {
    name: options.name,
    cells: plan.cells.length,
    perTask,
    time,
    memory: plan.memory,
    more: more === undefined ? [] : [more],
    folder: plan.folder,
    command: [
      process.versions.electron === undefined ? process.execPath : 'node', // the editor's own program is not on the cluster
      join(__dirname, 'cli.js'),
      '--workspace',
      options.workspace,
      ...benchmarkArguments(options, plan),
    ],
    ...(max === undefined ? {} : { most: max }),
  };
}

/** What the command line is called with for the same benchmark. */
function benchmarkArguments(options: BenchmarkOptions, { dataset, folder }: BenchmarkPlan): string[] {
  const { initial, budget, strategies, features, budgets, votes } = options;
  const amount = (one: typeof initial) => one && `${one.value}${one.percent ? '%' : ''}`;
  const values: Readonly<Record<string, string | number | undefined>> = {
    strategies: strategies.join(','),
    pretrained: options.pretrained,
    features: features?.join(','),
    protocol: options.protocol,
    initial: amount(initial),
    budget: amount(budget),
    cycles: options.cycles,
    budgets: budgets?.join(','),
    seeds: options.seeds,
    first: options.first,
    oracle: options.oracle,
    votes: votes === undefined ? undefined : resolve(votes),
    learner: options.learner,
    encoder: options.encoder,
    name: options.name,
    out: folder,
  };
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  return ['benchmark', dataset, ...given.flatMap(([name, value]) => [`--${name}`, String(value)])];
}

const run = promisify(execFile);

/** Submits a script; the number of the job. */
async function sbatch(words: readonly string[], script: string): Promise<string> {
  try {
    const { stdout } = await run('sbatch', ['--parsable', ...words]);
    return stdout.trim().split(';')[0]!; // a cluster's name may follow
  } catch (error) {
    const { code, stderr = '' } = error as { code?: string | number; stderr?: string };
    const [why = ''] = stderr.trim().split('\n');
    throw inputError(
      code === 'ENOENT'
        ? `There is no sbatch here; go to a machine that has Slurm and submit ${script} there.`
        : `Slurm did not take ${script}${why && ` (${why.replace(/^sbatch: (error: )?/, '')})`}; change the options (--sbatch, --time), or the script, and submit it again.`,
      error,
    );
  }
}

export function describeSubmission({ scripts, cells, written, jobs }: Submission): string {
  if (!jobs && written)
    return [`Ready: ${plural(cells, 'cell')}. Submit them by:`, ...submitCommands(scripts)].join('\n');
  if (!jobs) return scripts.map(({ path, text }) => `# ${path}\n${text}`).join('\n');
  return [
    `${plural(cells, 'cell')} as job ${jobs.cells}, the report as job ${jobs.report} when all have ended. Watch them by: squeue -j ${jobs.cells}`,
    ...scripts.map(({ path }) => path),
  ].join('\n');
}

/** How a shell submits the scripts, the report after the cells. */
export const submitCommands = ([cells, report]: Submission['scripts']): string[] => [
  `job=$(sbatch --parsable ${shellWord(cells!.path)})`,
  `sbatch --dependency=afterany:${'$'}{job%%;*} ${shellWord(report!.path)}`,
];
