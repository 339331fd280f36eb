import type { Command } from 'commander';
import { agreement, describeAgreement } from '../commands/agreement';
import { describeSettled, settleDisputes, settleRule } from '../commands/settle';
import { runCommand } from './run';
import { userName } from './userName';

/** agreement, settle: several people on one dataset. */
export function addTeamCommands(program: Command, signal: AbortSignal): void {
  for (const add of [addAgreement, addSettle]) add(program, signal);
}

function addAgreement(program: Command, signal: AbortSignal): void {
  program
    .command('agreement')
    .description('tell how far people agree on the images that several of them labelled')
    .argument('<dataset>')
    .action(async (dataset: string, _own: object, command: Command) => {
      await runCommand(command, signal, (job, workspace) => agreement({ workspace, dataset }, job), describeAgreement);
    });
}

function addSettle(program: Command, signal: AbortSignal): void {
  program
    .command('settle')
    .description('give images on which people differ one class, or list them; answers stay as they are')
    .argument('<dataset>')
    .option('--majority', 'the class that most people gave', false)
    .option('--answer-of <annotator>', 'the class that this person gave')
    .option('--label <class>', 'this class')
    .option('--withdraw', 'take back what was settled', false)
    .option('--image <id...>', 'only these images (default: all that are disputed)')
    .option('--annotator <name>', 'who settles (default: your user name)')
    .action(async (dataset: string, own: SettleFlags, command: Command) => {
      const rule = settleRule(own);
      const request = {
        dataset,
        by: own.annotator ?? userName(),
        ...(rule ? { rule } : {}),
        ...(own.image ? { images: own.image } : {}),
      };
      await runCommand(
        command,
        signal,
        (job, workspace) => settleDisputes({ ...request, workspace }, job),
        describeSettled,
      );
    });
}

interface SettleFlags {
  majority: boolean;
  answerOf?: string;
  label?: string;
  withdraw: boolean;
  image?: string[];
  annotator?: string;
}
