import { type Command, Option } from 'commander';
import { type ProtocolName, protocolNames } from '../../shared/benchmarkProtocols';
import { featureNames, kindOf, type PretrainedChoice, pretrainedNames } from '../../shared/features';
import type { LearnerChoice } from '../../shared/learners';
import { benchmark, describeBenchmark } from '../commands/benchmark';
import { describeKubernetes, describeSubmission, submitToSlurm } from '../commands/benchmarkCluster';
import {
  describeCells,
  describePlan,
  planBenchmark,
  reportBenchmark,
  runBenchmarkCells,
} from '../commands/benchmarkParts';
import { type BenchmarkOptions, oracleNames } from '../commands/benchmarkStudy';
import { describeEstimate, estimateBenchmark } from '../commands/benchmarkTime';
import { usageError } from '../errors';
import type { Job } from '../job';
import { encoderNames } from '../network/architectures';
import { DEFAULT_STRATEGY } from '../strategies/registry';
import { count, learnerOption } from './options';
import { runCommand } from './run';
import { amount, budgetList, cellRange, list, positiveNumber, strategyList } from './values';

/** benchmark: the whole of it, or one of its parts for a cluster. */
export function addBenchmark(program: Command, signal: AbortSignal): void {
  program
    .command('benchmark')
    .description('compare strategies, with and without pre-training, on known labels; goes on where it was stopped')
    .argument('<folder|dataset>')
    .option('--strategies <a,b|all>', 'rules to compare; random is always among them', strategyList, [DEFAULT_STRATEGY])
    .addOption(new Option('--pretrained <which>', 'encoders to compare, in short').choices(pretrainedNames))
    .option(
      '--features <a,b,...>',
      `what models look at, instead of --pretrained: ${helpOn(false)}, or, always with a probe, ${helpOn(true)} (default: product,scratch,pretrained)`,
      list,
    )
    .addOption(
      new Option(
        '--protocol <name>',
        'paper: 10 % at random, 5 % per query, 7 trainings, 3 seeds; cold: 1, 2, 5, 10 … 100 labels per class from the first label on, 10 seeds; the options below go before it',
      )
        .choices(protocolNames)
        .default('paper'),
    )
    .option('--initial <n|p%>', 'labels before the first query', amount)
    .option('--budget <n|p%>', 'labels that each query adds', amount)
    .addOption(count('--cycles <n>', 'trainings, the one on the initial labels included'))
    .option('--budgets <a,b,...>', 'numbers of labels to train at, instead of initial, budget and cycles', budgetList)
    .addOption(count('--seeds <n>', 'repetitions'))
    .addOption(new Option('--first <who>', 'who chooses the initial labels').choices(['random', 'strategy']))
    .addOption(
      new Option(
        '--oracle <kind>',
        'what answers: the known labels (of class folders), those that people gave, or a draw from the votes on each image',
      )
        .choices(oracleNames)
        .default('known'),
    )
    .option(
      '--votes <votes.csv>',
      'votes on the images: image and a column for each class; models are scored against them',
    )
    .addOption(learnerOption())
    .addOption(
      new Option(
        '--encoder <name>',
        "architecture (default: the pre-trained encoder's); hog is short for --features hog",
      ).choices([...encoderNames, 'hog']),
    )
    .option('--minutes <m>', 'length of the pre-training, where there is none yet', positiveNumber)
    .addOption(count('--jobs <n>', 'processes at a time (default: one a core, as memory allows)'))
    .option('--name <name>', 'name of the benchmark', 'benchmark')
    .option('--out <dir>', "folder for the report (default: in the dataset's folder benchmarks)")
    .option('--plan', 'make everything that cells need, and list the cells by number')
    .option(
      '--cells [a,b-c]',
      'run these cells only; without numbers, those of the task of an array that this is',
      cellRange,
    )
    .addOption(count('--per-task <n>', 'cells that each task of an array runs').default(1))
    .option('--report', 'write the report of the cells that there are')
    .option('--slurm', 'make it ready and submit it to a Slurm cluster')
    .option('--kubernetes', 'print the manifest of a Kubernetes Indexed Job (with --dry-run; it was never run by us)')
    .option('--time <limit>', 'time limit of a task on the cluster', '04:00:00')
    .addOption(count('--max <n>', 'tasks at a time on the cluster'))
    .option('--sbatch <options>', 'further options for sbatch, such as "--partition=cpu --account=lab"')
    .option('--dry-run', 'print the scripts and submit nothing', false)
    .option('--no-submit', 'with --slurm: make it ready and write the scripts, and submit nothing')
    .option('--estimate', 'say how many runs there are and about how long they take on this machine; runs nothing')
    .action(async (subject: string, own: BenchmarkFlags, command: Command) => {
      const { plan, cells, perTask, report, slurm, kubernetes, time, max, sbatch, dryRun, submit, estimate, ...study } =
        own;
      const run = <R>(
        work: (options: BenchmarkOptions, job: Job) => Promise<R>,
        describe: (result: R) => string,
      ): Promise<void> =>
        runCommand(command, signal, (job, workspace) => work({ ...study, workspace, subject }, job), describe);
      const asked = [plan, cells, report, slurm, kubernetes, estimate].filter((part) => part !== undefined).length;
      if (asked > 1) throw usageError('Give one of --plan, --cells, --report, --slurm, --kubernetes and --estimate.');
      const isGiven = command.getOptionValueSource('perTask') === 'cli';
      const cluster = {
        time,
        dryRun,
        submit,
        ...(isGiven ? { perTask } : {}),
        ...(max === undefined ? {} : { max }),
        ...(sbatch === undefined ? {} : { sbatch }),
      };
      if (plan) return run(planBenchmark, describePlan);
      if (estimate) return run(estimateBenchmark, describeEstimate);
      if (report) return run(reportBenchmark, describeBenchmark);
      if (slurm) return run((options, job) => submitToSlurm(options, cluster, job), describeSubmission);
      if (kubernetes) {
        if (!dryRun) throw usageError('Warmstart submits nothing to Kubernetes; pass --dry-run to print the manifest.');
        return run(
          (options, job) => describeKubernetes(options, cluster, job),
          (manifest) => JSON.stringify(manifest, null, 2),
        );
      }
      if (cells === undefined) return run(benchmark, describeBenchmark);
      const numbers = cells === true ? null : cells;
      return run((options, job) => runBenchmarkCells(options, { numbers, perTask }, job), describeCells);
    });
}

/** The kinds of features whose weights are trained, or those that stay as they are. */
const helpOn = (fixed: boolean): string =>
  featureNames
    .filter((name) => kindOf(name).fixed === fixed)
    .map((name) => kindOf(name).help)
    .join(', ');

interface BenchmarkFlags {
  strategies: string[];
  pretrained?: PretrainedChoice;
  features?: string[];
  protocol: ProtocolName;
  initial?: ReturnType<typeof amount>;
  budget?: ReturnType<typeof amount>;
  cycles?: number;
  budgets?: number[];
  seeds?: number;
  first?: 'random' | 'strategy';
  oracle: (typeof oracleNames)[number];
  votes?: string;
  learner: LearnerChoice;
  encoder?: string;
  minutes?: number;
  jobs?: number;
  name: string;
  out?: string;
  plan?: true;
  cells?: true | number[];
  perTask: number;
  report?: true;
  slurm?: true;
  kubernetes?: true;
  time: string;
  max?: number;
  sbatch?: string;
  dryRun: boolean;
  submit: boolean;
  estimate?: true;
}
