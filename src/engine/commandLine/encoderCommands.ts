import { type Command, Option } from 'commander';
import { type Pool, pools } from '../../shared/encoders';
import { addEmbeddings, describeEmbeddingsAdded } from '../commands/embeddings';
import {
  addEncoder,
  describeEncoderAdded,
  describeEncoders,
  type EncoderAddOptions,
  listEncoders,
  removeEncoder,
} from '../commands/encoder';
import { describeEmbed, describeUse, embed, useEncoder } from '../commands/useEncoder';
import { usageError } from '../errors';
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
      'add an encoder of your own: an ONNX file, after a trial on one image (nothing is downloaded or copied), or rows that something else made',
    )
    .argument('<dataset>')
    .argument('[path]', "folder with the model, a model's folder in Hugging Face's cache, or an ONNX file")
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
    .option('--features <file.npy>', 'instead of a model: a row of numbers an image')
    .option('--ids <file.txt>', "the id of each row's image, one a line")
    .option('--trained-on <text>', 'what it was trained on, for reports')
    .action(async (dataset: string, path: string | undefined, own: AddFlags, command: Command) => {
      const given = givenBy(path, own);
      if (given) {
        const { name, trainedOn } = own;
        const request = { ...given, dataset, ...(name ? { name } : {}), ...(trainedOn ? { trainedOn } : {}) };
        await runCommand(
          command,
          signal,
          (job, workspace) => addEmbeddings({ ...request, workspace }, job),
          describeEmbeddingsAdded,
        );
      } else if (path !== undefined)
        await runCommand(
          command,
          signal,
          (job, workspace) => addEncoder({ ...own, workspace, dataset, path }, job),
          describeEncoderAdded,
        );
    });
}

/** The two files of embeddings; null where a model is added. */
function givenBy(path: string | undefined, { features, ids, ...rest }: AddFlags) {
  if (features === undefined && ids === undefined) {
    if (path === undefined) throw usageError('Give the path of a model, or --features and --ids.');
    return null;
  }
  if (features === undefined || ids === undefined)
    throw usageError('Embeddings are two files; give both --features file.npy and --ids file.txt.');
  const forModels = Object.keys(rest).filter((flag) => flag !== 'name' && flag !== 'trainedOn');
  if (path !== undefined || forModels.length > 0)
    throw usageError(
      `${path === undefined ? `--${forModels[0]}` : 'A path'} is for a model, --features for rows that are made already; give one of the two.`,
    );
  return { features, ids };
}

function addUse(encoder: Command, signal: AbortSignal): void {
  encoder
    .command('use')
    .description('look through another encoder from now on')
    .argument('<dataset>')
    .argument('<encoder>', 'faces, general, continued, hog, pretrained, external:<name>, or several joined by +')
    .option('--mirror', 'look at every image together with its mirrored view, whatever the classes are called')
    .option('--no-mirror', 'look at images as they are')
    .action(async (dataset: string, use: string, own: { mirror?: boolean }, command: Command) => {
      await runCommand(
        command,
        signal,
        (job, workspace) => useEncoder({ ...own, workspace, dataset, use }, job),
        describeUse,
      );
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
    .description('the encoders that come with Warmstart, one of them that went on learning, and those that were added')
    .argument('<dataset>')
    .action(async (dataset: string, _own: object, command: Command) => {
      await runCommand(command, signal, (_job, workspace) => listEncoders({ workspace, dataset }), describeEncoders);
    });
}

function addRemove(encoder: Command, signal: AbortSignal): void {
  encoder
    .command('remove')
    .description("forget an encoder that was added (the model's own files stay), or the continued one")
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

type AddFlags = Omit<EncoderAddOptions, 'workspace' | 'dataset' | 'path' | 'pool'> & {
  readonly pool?: Pool;
  readonly features?: string;
  readonly ids?: string;
};
