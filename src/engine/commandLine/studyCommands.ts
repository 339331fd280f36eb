import { type Command, Option } from 'commander';
import { pictureColours, pictureWidths } from '../../shared/chart/picture';
import { type ChartOptions, chart, describeChart } from '../commands/chart';
import { demo, describeDemo } from '../commands/demo';
import { describeSelect, select } from '../commands/select';
import { addBenchmark } from './benchmarkCommand';
import { count } from './options';
import { runCommand } from './run';
import { list, wholeNumber } from './values';

/** benchmark, chart, select, demo. */
export function addStudyCommands(program: Command, signal: AbortSignal): void {
  for (const add of [addBenchmark, addChart, addSelect, addDemo]) add(program, signal);
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

type ChartFlags = Omit<ChartOptions, 'workspace' | 'dataset'>;
