import { type Command, Option } from 'commander';
import { demo, describeDemo } from '../commands/demo';
import { describeSelect, select } from '../commands/select';
import { addBenchmark } from './benchmarkCommand';
import { count } from './options';
import { runCommand } from './run';
import { wholeNumber } from './values';

/** benchmark, select, demo. */
export function addStudyCommands(program: Command, signal: AbortSignal): void {
  for (const add of [addBenchmark, addSelect, addDemo]) add(program, signal);
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
