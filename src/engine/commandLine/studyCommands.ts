import { type Command, Option } from 'commander';
import { type ProtocolName, protocolNames } from '../../shared/benchmarkProtocols';
import { pictureColours, pictureWidths } from '../../shared/chart/picture';
import { featureNames, kindOf, type PretrainedChoice, pretrainedNames } from '../../shared/features';
import type { LearnerChoice } from '../../shared/learners';
import { benchmark, describeBenchmark, oracleNames } from '../commands/benchmark';
import { type ChartOptions, chart, describeChart } from '../commands/chart';
import { demo, describeDemo } from '../commands/demo';
import { describeSelect, select } from '../commands/select';
import { encoderNames } from '../network/architectures';
import { DEFAULT_STRATEGY } from '../strategies/registry';
import { count, learnerOption } from './options';
import { runCommand } from './run';
import { amount, budgetList, list, positiveNumber, strategyList, wholeNumber } from './values';

/** benchmark, chart, select, demo. */
export function addStudyCommands(program: Command, signal: AbortSignal): void {
  for (const add of [addBenchmark, addChart, addSelect, addDemo]) add(program, signal);
}

function addBenchmark(program: Command, signal: AbortSignal): void {
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
        'paper: 10 % at random, 5 % a query, 7 trainings, 3 seeds; cold: 1, 2, 5, 10 … 100 labels a class from the first label on, 10 seeds; the options below go before it',
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
      new Option('--oracle <kind>', 'what answers: the known labels, or a draw from the votes on each image')
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
    .action(async (subject: string, own: BenchmarkFlags, command: Command) => {
      await runCommand(
        command,
        signal,
        (job, workspace) => benchmark({ ...own, workspace, subject }, job),
        describeBenchmark,
      );
    });
}

function addChart(program: Command, signal: AbortSignal): void {
  program
    .command('chart')
    .description(
      "draw a dataset's accuracy, or that of its benchmarks, against the number of labels; or write the table",
    )
    .argument('<dataset>')
    .option('--benchmarks <a,b,...>', "benchmarks to draw (default: the dataset's own run)", list, [])
    .option('--metric <name>', 'accuracy, macroF1, macroRecall, ece, or a class for its recall', 'accuracy')
    .option('--out <file>', 'what to write, by its end: .svg, .png, .csv, .md, .tex (default: print the table)')
    .addOption(new Option('--colours <name>', 'of a picture').choices(pictureColours).default(pictureColours[0]))
    .addOption(
      new Option('--width <name>', 'of a picture: for a screen, or a single (85 mm) or double (178 mm) column')
        .choices(pictureWidths)
        .default(pictureWidths[0]),
    )
    .action(async (dataset: string, own: ChartFlags, command: Command) => {
      await runCommand(command, signal, (_job, workspace) => chart({ ...own, workspace, dataset }), describeChart);
    });
}

function addSelect(program: Command, signal: AbortSignal): void {
  program
    .command('select')
    .description("run a strategy on arrays of one's own")
    .requiredOption('--input <file.json>', 'the arrays; - for standard input')
    .option('--strategy <name>', "rule that chooses (default: the input's)")
    .addOption(count('--budget <n>', "images to pick (default: the input's k)"))
    .addOption(new Option('--seed <n>', "random seed (default: the input's)").argParser(wholeNumber(0)))
    .action(async (own: { input: string; strategy?: string; budget?: number; seed?: number }, command: Command) => {
      const { budget, ...rest } = own;
      const request = { ...rest, ...(budget === undefined ? {} : { k: budget }) };
      await runCommand(command, signal, (job) => select(request, job), describeSelect);
    });
}

function addDemo(program: Command, signal: AbortSignal): void {
  program
    .command('demo')
    .description('draw synthetic faces and run everything on them')
    .addOption(new Option('--faces <n>', 'training faces').argParser(wholeNumber(50)).default(2000))
    .addOption(new Option('--epochs <n>', 'length of the pre-training').argParser(wholeNumber(1)).default(38))
    .action(async (own: { faces: number; epochs: number }, command: Command) => {
      await runCommand(command, signal, (job, workspace) => demo({ ...own, workspace }, job), describeDemo);
    });
}

/** The kinds of features whose weights are trained, or those that stay as they are. */
const helpOn = (fixed: boolean): string =>
  featureNames
    .filter((name) => kindOf(name).fixed === fixed)
    .map((name) => kindOf(name).help)
    .join(', ');

type ChartFlags = Omit<ChartOptions, 'workspace' | 'dataset'>;

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
}
