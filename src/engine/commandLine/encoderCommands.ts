import { type Command, Option } from 'commander';
import { type Pool, pools } from '../../shared/encoders';
import {
  addEncoder,
  describeEncoderAdded,
  describeEncoders,
  type EncoderAddOptions,
  listEncoders,
  removeEncoder,
} from '../commands/encoder';
import { describeEmbed, describeUse, embed, useEncoder } from '../commands/useEncoder';
import { runCommand } from './run';
import { channelDeviations, channelNumbers, imageSize } from './values';

/** encoder add, use, run, list, remove. */
export function addEncoderCommands(program: Command, signal: AbortSignal): void {
  const encoder = program.command('encoder').description('look through a network that others trained');
  for (const add of [addAdd, addUse, addRun, addList, addRemove]) add(encoder, signal);
}

function addAdd(encoder: Command, signal: AbortSignal): void {
  encoder
    .command('add')
    .description(
      'add an encoder of your own, an ONNX file, after a trial on one image; nothing is downloaded or copied',
    )
    .argument('<dataset>')
    .argument('<path>', "folder with the model, a model's folder in Hugging Face's cache, or an ONNX file")
    .option('--name <name>', "what to call it (default: the model's folder or file)")
    .option(
      '--size <pixels>',
      'shorter side, of which the middle is taken (224), or width and height (112x96)',
      imageSize,
    )
    .option('--mean <r,g,b>', 'subtracted from values between 0 and 1', channelNumbers)
    .option('--std <r,g,b>', 'what they are divided by then', channelDeviations)
    .option('--output <name>', 'output to look at (default: found by convention)')
    .addOption(new Option('--pool <how>', 'how it becomes a row of numbers an image').choices(pools))
    .option('--trained-on <text>', 'what it was trained on, for reports')
    .action(async (dataset: string, path: string, own: AddFlags, command: Command) => {
      await runCommand(
        command,
        signal,
        (job, workspace) => addEncoder({ ...own, workspace, dataset, path }, job),
        describeEncoderAdded,
      );
    });
}

function addUse(encoder: Command, signal: AbortSignal): void {
  encoder
    .command('use')
    .description('look through another encoder from now on')
    .argument('<dataset>')
    .argument('<encoder>', 'faces, general, hog, pretrained, external:<name>, or several joined by +')
    .action(async (dataset: string, use: string, _own: object, command: Command) => {
      await runCommand(command, signal, (job, workspace) => useEncoder({ workspace, dataset, use }, job), describeUse);
    });
}

function addRun(encoder: Command, signal: AbortSignal): void {
  encoder
    .command('run')
    .description(
      'compute what the encoder in use makes of all images, ahead of the first question; goes on where it was stopped',
    )
    .argument('<dataset>')
    .action(async (dataset: string, _own: object, command: Command) => {
      await runCommand(command, signal, (job, workspace) => embed({ workspace, dataset }, job), describeEmbed);
    });
}

function addList(encoder: Command, signal: AbortSignal): void {
  encoder
    .command('list')
    .description('the encoders that come with Warmstart and those that were added')
    .argument('<dataset>')
    .action(async (dataset: string, _own: object, command: Command) => {
      await runCommand(command, signal, (_job, workspace) => listEncoders({ workspace, dataset }), describeEncoders);
    });
}

function addRemove(encoder: Command, signal: AbortSignal): void {
  encoder
    .command('remove')
    .description("forget an encoder that was added; the model's own files stay")
    .argument('<dataset>')
    .argument('<name>')
    .action(async (dataset: string, name: string, _own: object, command: Command) => {
      await runCommand(
        command,
        signal,
        (_job, workspace) => removeEncoder({ workspace, dataset, name }),
        ({ removed }) => `Removed the encoder "${removed}".`,
      );
    });
}

type AddFlags = Omit<EncoderAddOptions, 'workspace' | 'dataset' | 'path' | 'pool'> & { readonly pool?: Pool };
