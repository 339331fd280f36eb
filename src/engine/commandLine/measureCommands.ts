import { type Command, Option } from 'commander';
import { advice, describeAdvice } from '../commands/advice';
import { describeTestSet, testSet } from '../commands/testSet';
import { count, seedOption } from './options';
import { runCommand } from './run';
import { positiveNumber } from './values';

/** advice, test-set: how good a model is, and may become. */
export function addMeasureCommands(program: Command, signal: AbortSignal): void {
  for (const add of [addAdvice, addTestSet]) add(program, signal);
}

function addAdvice(program: Command, signal: AbortSignal): void {
  program
    .command('advice')
    .description('tell what more labels are likely to bring, and how many an accuracy takes')
    .argument('<dataset>')
    .addOption(count('--labels <n>', 'how many more').default(100))
    .addOption(new Option('--target <accuracy>', 'accuracy to reach, in per cent').argParser(positiveNumber))
    .action(async (dataset: string, own: { labels: number; target?: number }, command: Command) => {
      await runCommand(
        command,
        signal,
        (job, workspace) => advice({ ...own, workspace, dataset }, job),
        describeAdvice,
      );
    });
}

function addTestSet(program: Command, signal: AbortSignal): void {
  program
    .command('test-set')
    .description('draw images at random to measure accuracy on; they are labelled like a round and never trained on')
    .argument('<dataset>')
    .addOption(count('--images <n>', 'how many').default(200))
    .addOption(seedOption())
    .action(async (dataset: string, own: { images: number; seed: number }, command: Command) => {
      await runCommand(
        command,
        signal,
        (job, workspace) => testSet({ ...own, workspace, dataset }, job),
        describeTestSet,
      );
    });
}
