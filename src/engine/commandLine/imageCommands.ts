import { type Command, Option } from 'commander';
import { describeDuplicates, duplicates, NEAR_DUPLICATES } from '../commands/duplicates';
import { describeSeen, seen } from '../commands/seen';
import { describeSimilar, similar } from '../commands/similar';
import { count } from './options';
import { runCommand } from './run';
import { shareOfOne } from './values';

/** similar, duplicates, seen: how images look to the model. */
export function addImageCommands(program: Command, signal: AbortSignal): void {
  for (const add of [addSimilar, addDuplicates, addSeen]) add(program, signal);
}

function addSimilar(program: Command, signal: AbortSignal): void {
  program
    .command('similar')
    .description('list the images that look most like one')
    .argument('<dataset>')
    .argument('<image>', "path relative to the dataset's folder")
    .addOption(count('--most <n>', 'images to list').default(20))
    .action(async (dataset: string, image: string, own: { most: number }, command: Command) => {
      const request = { ...own, dataset, image };
      await runCommand(command, signal, (job, workspace) => similar({ ...request, workspace }, job), describeSimilar);
    });
}

function addDuplicates(program: Command, signal: AbortSignal): void {
  program
    .command('duplicates')
    .description('list groups of images that look nearly the same; removes none')
    .argument('<dataset>')
    .addOption(
      new Option('--at-least <likeness>', 'how alike two images have to be; 1 is the same')
        .argParser(shareOfOne)
        .default(NEAR_DUPLICATES),
    )
    .action(async (dataset: string, own: { atLeast: number }, command: Command) => {
      const request = { ...own, dataset };
      await runCommand(
        command,
        signal,
        (job, workspace) => duplicates({ ...request, workspace }, job),
        describeDuplicates,
      );
    });
}

function addSeen(program: Command, signal: AbortSignal): void {
  program
    .command('seen')
    .description('write an image as the model sees it: scaled and cropped')
    .argument('<dataset>')
    .argument('<image>', "path relative to the dataset's folder")
    .option('--out <file.png>', "file to write (default: in the dataset's cache)")
    .action(async (dataset: string, image: string, own: { out?: string }, command: Command) => {
      const request = { ...own, dataset, image };
      await runCommand(command, signal, (job, workspace) => seen({ ...request, workspace }, job), describeSeen);
    });
}
