import { type Command, Option } from 'commander';
import type { LearnerChoice } from '../../shared/learners';
import { describeLabel, label, labelOrigin } from '../commands/label';
import { describePredict, type PredictOptions, predict, predictionFormats } from '../commands/predict';
import { describeQuery, query } from '../commands/query';
import { describeRound, round } from '../commands/round';
import { describeSuggest, suggest } from '../commands/suggest';
import { describeSuspicious, suspicious } from '../commands/suspicious';
import { describeTrain, train } from '../commands/train';
import { DEFAULT_STRATEGY } from '../strategies/registry';
import { count, learnerOption, seedOption, strategyOptions } from './options';
import { runCommand } from './run';
import { userName } from './userName';
import { shareInPercent, shareOfOne, wholeNumber } from './values';

/** query, label, train, round, suggest, predict, suspicious. */
export function addRoundCommands(program: Command, signal: AbortSignal): void {
  for (const add of [addQuery, addLabel, addTrain, addRound, addSuggest, addPredict, addSuspicious])
    add(program, signal);
}

function addQuery(program: Command, signal: AbortSignal): void {
  program
    .command('query')
    .description('choose the images to label next')
    .argument('<dataset>')
    .option('--strategy <name>', 'rule that chooses', DEFAULT_STRATEGY)
    .addOption(strategyOptions())
    .addOption(count('--budget <n>', 'images to ask for').default(20))
    .addOption(seedOption())
    .addOption(learnerOption())
    .addOption(
      new Option('--by-everybody <percent>', 'share of the images that everybody answers, for "agreement"')
        .argParser(shareInPercent)
        .default(0),
    )
    .option('--copies', 'ask for images with the same pixels as others, too', false)
    .addOption(
      new Option('--repeats <percent>', 'how many answered images each person is asked again, unseen, for "agreement"')
        .argParser(shareInPercent)
        .default(0),
    )
    .option('--again', 'ask for more although images of earlier rounds have no answer', false)
    .action(async (dataset: string, own: QueryFlags, command: Command) => {
      const { option, byEverybody, ...rest } = own;
      const request = { ...rest, everybody: byEverybody, strategyOptions: option, dataset };
      await runCommand(command, signal, (job, workspace) => query({ ...request, workspace }, job), describeQuery);
    });
}

function addLabel(program: Command, signal: AbortSignal): void {
  program
    .command('label')
    .description('answer images without the panel')
    .argument('<dataset>')
    .option('--from <labels.csv>', 'a csv file with the columns image and label')
    .option('--oracle', "answer the rounds from the labels that the images' folders tell")
    .option('--annotator <name>', 'whose answers they are (default: your user name, or oracle)')
    .option('--reviewed', 'the file is one that predict wrote and a person has looked over', false)
    .option('--again', 'they are second answers to images that this annotator has answered, for "agreement"', false)
    .option('--overwrite', "replace this annotator's answers that differ", false)
    .action(async (dataset: string, own: LabelFlags, command: Command) => {
      const from = labelOrigin(own.from, own.oracle, own.reviewed);
      const annotator = own.annotator ?? (from === 'oracle' ? 'oracle' : userName());
      const { overwrite, reviewed, again } = own;
      const request = { from, annotator, overwrite, reviewed, again, dataset };
      await runCommand(command, signal, (job, workspace) => label({ ...request, workspace }, job), describeLabel);
    });
}

function addTrain(program: Command, signal: AbortSignal): void {
  program
    .command('train')
    .description('train on what is labelled and write the results')
    .argument('<dataset>')
    .addOption(learnerOption())
    .addOption(seedOption())
    .action(async (dataset: string, own: TrainFlags, command: Command) => {
      await runCommand(command, signal, (job, workspace) => train({ ...own, workspace, dataset }, job), describeTrain);
    });
}

function addRound(program: Command, signal: AbortSignal): void {
  program
    .command('round')
    .description("show what a round's model was measured to do: each class, the confusion matrix, the images behind it")
    .argument('<dataset>')
    .addOption(new Option('--round <n>', 'number of the round (default: the newest results)').argParser(wholeNumber(0)))
    .option('--label <class>', 'list the measured images of that class')
    .option('--predicted <class>', 'list the measured images that the model gave that class')
    .action(async (dataset: string, own: RoundFlags, command: Command) => {
      await runCommand(command, signal, (_job, workspace) => round({ ...own, workspace, dataset }), describeRound);
    });
}

function addSuggest(program: Command, signal: AbortSignal): void {
  program
    .command('suggest')
    .description("show the newest model's class for each image of a round; saves nothing")
    .argument('<dataset>')
    .addOption(count('--round <n>', 'number of the round').makeOptionMandatory())
    .action(async (dataset: string, own: { round: number }, command: Command) => {
      await runCommand(
        command,
        signal,
        (job, workspace) => suggest({ ...own, workspace, dataset }, job),
        describeSuggest,
      );
    });
}

function addPredict(program: Command, signal: AbortSignal): void {
  program
    .command('predict')
    .description("write a label for every image: people's answers, and the newest model's elsewhere")
    .argument('<dataset>')
    .addOption(new Option('--format <name>', 'what to write').choices(predictionFormats).default(predictionFormats[0]))
    .option('--out <path>', "file or folder to write (default: in the dataset's folder exports)")
    .option('--links', 'class folders hold links instead of copies', false)
    .addOption(new Option('--split <part>', 'which images').choices(['train', 'test', 'all']).default('train'))
    .addOption(
      new Option('--at-least <p>', 'leave out what the model is less sure of').argParser(shareOfOne).default(0),
    )
    .action(async (dataset: string, own: PredictFlags, command: Command) => {
      await runCommand(
        command,
        signal,
        (job, workspace) => predict({ ...own, workspace, dataset }, job),
        describePredict,
      );
    });
}

function addSuspicious(program: Command, signal: AbortSignal): void {
  program
    .command('suspicious')
    .description('list the labels with which the other labels disagree most; changes none')
    .argument('<dataset>')
    .addOption(count('--most <n>', 'labels to list').default(20))
    .action(async (dataset: string, own: { most: number }, command: Command) => {
      await runCommand(
        command,
        signal,
        (job, workspace) => suspicious({ ...own, workspace, dataset }, job),
        describeSuspicious,
      );
    });
}

interface QueryFlags {
  strategy: string;
  option: Record<string, unknown>;
  budget: number;
  seed: number;
  learner: LearnerChoice;
  byEverybody: number;
  copies: boolean;
  repeats: number;
  again: boolean;
}

interface LabelFlags {
  from?: string;
  oracle?: boolean;
  annotator?: string;
  overwrite: boolean;
  reviewed: boolean;
  again: boolean;
}

interface TrainFlags {
  learner: LearnerChoice;
  seed: number;
}

interface RoundFlags {
  round?: number;
  label?: string;
  predicted?: string;
}

type PredictFlags = Omit<PredictOptions, 'workspace' | 'dataset'>;
