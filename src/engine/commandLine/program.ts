import { userInfo } from 'node:os';
import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { version } from '../../../package.json';
import { type ProtocolName, protocolNames } from '../../shared/benchmarkProtocols';
import { layoutNames } from '../../shared/schema/dataset';
import { benchmark, describeBenchmark, oracleNames } from '../commands/benchmark';
import { demo, describeDemo } from '../commands/demo';
import { describeDoctor, doctor } from '../commands/doctor';
import { describeExport, type ExportKind, exportData, exportFormats } from '../commands/export';
import { describeImport } from '../commands/import';
import { describeLabel, label, labelOrigin } from '../commands/label';
import { describePerf, perf, workloadNames } from '../commands/perf';
import { describePretrain, pretrain } from '../commands/pretrain';
import { describeQuery, query } from '../commands/query';
import { sample } from '../commands/sample';
import { describeSelect, select } from '../commands/select';
import { describeSuggest, suggest } from '../commands/suggest';
import { describeTrain, train } from '../commands/train';
import { importDataset } from '../data/dataset';
import { descriptors } from '../descriptors/registry';
import { usageError } from '../errors';
import { learnerNames } from '../learner/learner';
import { encoderNames } from '../network/architectures';
import { presetNames } from '../pretrain/presets';
import { DEVICE_VARIABLE, deviceNames, wantedDevice } from '../runtime/device';
import { DEFAULT_STRATEGY } from '../strategies/registry';
import { type GlobalOptions, runCommand } from './run';
import { amount, budgetList, keyValue, list, positiveNumber, strategyList, wholeNumber } from './values';

const learnerOption = () =>
  new Option('--learner <name>', 'how to train').choices([...learnerNames, 'auto']).default('auto');
const seedOption = () => new Option('--seed <n>', 'random seed').argParser(wholeNumber(0)).default(0);
const strategyOptions = () =>
  new Option('--option <name=value>', 'an option of the strategy (repeatable)').argParser(keyValue).default({});
const count = (flags: string, description: string) => new Option(flags, description).argParser(wholeNumber(1));

/** The command line. Every action gets the abort signal; errors are thrown, and the caller makes exit codes of them. */
export function buildProgram(signal: AbortSignal): Command {
  const program = new Command('warmstart')
    .description('Active learning with contrastive pre-training on images.')
    .version(version, '-V, --version', 'print the version')
    .option('--workspace <dir>', 'folder that holds the folder "warmstart"', '.')
    .option('--json', 'print one JSON object on stdout instead of text')
    .option('--quiet', 'show no progress')
    .addOption(
      new Option(
        '--device <name>',
        `what to compute on (default: ${DEVICE_VARIABLE}, else auto, the fastest that works)`,
      ).choices(['auto', ...deviceNames]),
    )
    .hook('preAction', (_, command) => {
      // the processes that a command starts read it too
      const { device } = command.optsWithGlobals<{ device?: string }>();
      if (device !== undefined) process.env[DEVICE_VARIABLE] = device;
      wantedDevice(); // a wrong name is told before anything is done
    })
    .helpOption('-h, --help', 'show help')
    .showSuggestionAfterError(false)
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(`${text.trim().replace(/\s*\n\s*/g, ' ')}\n`) });
  addDatasetCommands(program, signal);
  addRoundCommands(program, signal);
  addStudyCommands(program, signal);
  addMachineCommands(program, signal);
  return program;
}

/** What every command's action gets besides its own options. */
interface Context extends GlobalOptions {
  readonly workspace: string;
}

const contextOf = (command: Command): Context => {
  const globals = command.optsWithGlobals<GlobalOptions>();
  return { ...globals, workspace: resolve(globals.workspace) };
};

function addDatasetCommands(program: Command, signal: AbortSignal): void {
  program
    .command('import')
    .description('make a dataset of a folder of images')
    .argument('<folder>', 'folder of images, or the csv file of FER2013')
    .addOption(new Option('--layout <name>', 'how the images lie').choices(['auto', ...layoutNames]).default('auto'))
    .option('--name <name>', "name of the dataset (default: the folder's)")
    .option('--classes <a,b,...>', 'classes to label, for images without class folders', list)
    .addOption(count('--image-size <pixels>', 'width and height to decode to'))
    .addOption(new Option('--channels <n>', 'grey or RGB').choices(['1', '3']))
    .option('--frontal-only', 'KDEF: only faces seen from the front')
    .action(async (folder: string, own: ImportFlags, command: Command) => {
      const { imageSize, channels, ...rest } = own;
      const shape = {
        ...(imageSize ? { imageSize } : {}),
        ...(channels ? ({ channels: channels === '1' ? 1 : 3 } as const) : {}),
      };
      const context = contextOf(command);
      const { workspace } = context;
      await runCommand(
        context,
        signal,
        (job) => importDataset({ ...rest, ...shape, workspace, folder }, job),
        describeImport,
      );
    });

  program
    .command('sample')
    .description('draw synthetic faces into a folder and make a dataset of them')
    .argument('<folder>', 'a new or empty folder')
    .addOption(new Option('--faces <n>', 'training faces').argParser(wholeNumber(50)).default(2000))
    .action(async (folder: string, own: { faces: number }, command: Command) => {
      const context = contextOf(command);
      const request = { ...own, workspace: context.workspace, folder: resolve(folder) };
      await runCommand(context, signal, (job) => sample(request, job), describeImport);
    });

  program
    .command('pretrain')
    .description('learn the representation from all training images, without labels; goes on where it was stopped')
    .argument('<dataset>')
    .addOption(new Option('--preset <name>', 'set of hyper-parameters').choices(presetNames).default('quick'))
    .addOption(new Option('--encoder <name>', "architecture (default: the preset's)").choices(encoderNames))
    .option('--minutes <m>', 'how long', positiveNumber)
    .addOption(count('--epochs <n>', 'how long, in passes over the images'))
    .addOption(seedOption())
    .option('--restart', 'begin again', false)
    .action(async (dataset: string, own: PretrainFlags, command: Command) => {
      const context = contextOf(command);
      await runCommand(
        context,
        signal,
        (job) => pretrain({ ...own, workspace: context.workspace, dataset }, job),
        describePretrain,
      );
    });

  program
    .command('export')
    .description('write labels, the trained model or features for use elsewhere')
    .argument('<dataset>')
    .addOption(new Option('--what <kind>', 'what to write').choices(Object.keys(exportFormats)).default('labels'))
    .option(
      '--format <name>',
      `file format: ${Object.entries(exportFormats)
        .map(([what, formats]) => `${what} ${formats.join('|')}`)
        .join(', ')}`,
    )
    .option('--out <file>', "file to write (default: in the dataset's folder exports)")
    .addOption(
      new Option('--encoder <name>', 'features (default: pre-trained, or hog before pre-training)').choices([
        ...descriptors.keys(),
      ]),
    )
    .action(async (dataset: string, own: ExportFlags, command: Command) => {
      const context = contextOf(command);
      await runCommand(
        context,
        signal,
        (job) => exportData({ ...own, workspace: context.workspace, dataset }, job),
        describeExport,
      );
    });
}

function addRoundCommands(program: Command, signal: AbortSignal): void {
  program
    .command('query')
    .description('choose the images to label next')
    .argument('<dataset>')
    .option('--strategy <name>', 'rule that chooses', DEFAULT_STRATEGY)
    .addOption(strategyOptions())
    .addOption(count('--budget <n>', 'images to ask for').default(20))
    .addOption(seedOption())
    .addOption(learnerOption())
    .option('--again', 'ask for more although images of earlier rounds have no answer', false)
    .action(async (dataset: string, own: QueryFlags, command: Command) => {
      const { option, ...rest } = own;
      const context = contextOf(command);
      const request = { ...rest, strategyOptions: option, workspace: context.workspace, dataset };
      await runCommand(context, signal, (job) => query(request, job), describeQuery);
    });

  program
    .command('label')
    .description('answer images without the panel')
    .argument('<dataset>')
    .option('--from <labels.csv>', 'a csv file with the columns image and label')
    .option('--oracle', "answer the rounds from the labels that the images' folders tell")
    .option('--annotator <name>', 'whose answers they are (default: your user name, or oracle)')
    .option('--overwrite', "replace this annotator's answers that differ", false)
    .action(async (dataset: string, own: LabelFlags, command: Command) => {
      const from = labelOrigin(own.from, own.oracle);
      const annotator = own.annotator ?? (from === 'oracle' ? 'oracle' : userName());
      const context = contextOf(command);
      const request = { from, annotator, overwrite: own.overwrite, workspace: context.workspace, dataset };
      await runCommand(context, signal, (job) => label(request, job), describeLabel);
    });

  program
    .command('train')
    .description('train on what is labelled and write the results')
    .argument('<dataset>')
    .addOption(learnerOption())
    .addOption(seedOption())
    .action(async (dataset: string, own: TrainFlags, command: Command) => {
      const context = contextOf(command);
      await runCommand(
        context,
        signal,
        (job) => train({ ...own, workspace: context.workspace, dataset }, job),
        describeTrain,
      );
    });

  program
    .command('suggest')
    .description("show the newest model's class for each image of a round; saves nothing")
    .argument('<dataset>')
    .addOption(count('--round <n>', 'number of the round').makeOptionMandatory())
    .action(async (dataset: string, own: { round: number }, command: Command) => {
      const context = contextOf(command);
      await runCommand(
        context,
        signal,
        (job) => suggest({ ...own, workspace: context.workspace, dataset }, job),
        describeSuggest,
      );
    });
}

function addStudyCommands(program: Command, signal: AbortSignal): void {
  program
    .command('benchmark')
    .description('compare strategies, with and without pre-training, on known labels; goes on where it was stopped')
    .argument('<folder|dataset>')
    .option('--strategies <a,b|all>', 'rules to compare; random is always among them', strategyList, [DEFAULT_STRATEGY])
    .addOption(new Option('--pretrained <which>', 'encoders to compare (default: both)').choices(['yes', 'no', 'both']))
    .option(
      '--features <a,b,...>',
      'what models look at, instead of --pretrained: pretrained (yes), scratch (no: random weights, trained anew each time), or, always with a probe, hog and random (random weights as they are)',
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
      ).choices([...encoderNames, ...descriptors.keys()]),
    )
    .option('--minutes <m>', 'length of the pre-training, where there is none yet', positiveNumber)
    .addOption(count('--jobs <n>', 'processes at a time (default: one a core, as memory allows)'))
    .option('--name <name>', 'name of the benchmark', 'benchmark')
    .option('--out <dir>', "folder for the report (default: in the dataset's folder benchmarks)")
    .action(async (subject: string, own: BenchmarkFlags, command: Command) => {
      const context = contextOf(command);
      await runCommand(
        context,
        signal,
        (job) => benchmark({ ...own, workspace: context.workspace, subject }, job),
        describeBenchmark,
      );
    });

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
      await runCommand(contextOf(command), signal, (job) => select(request, job), describeSelect);
    });

  program
    .command('demo')
    .description('draw synthetic faces and run everything on them')
    .addOption(new Option('--faces <n>', 'training faces').argParser(wholeNumber(50)).default(2000))
    .addOption(new Option('--epochs <n>', 'length of the pre-training').argParser(wholeNumber(1)).default(24))
    .action(async (own: { faces: number; epochs: number }, command: Command) => {
      const context = contextOf(command);
      await runCommand(context, signal, (job) => demo({ ...own, workspace: context.workspace }, job), describeDemo);
    });
}

/** The name of whoever calls; some containers run as a user without one. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    const name = process.env.USER;
    if (!name) throw usageError('This user has no name; say whose answers these are with --annotator.');
    return name;
  }
}

function addMachineCommands(program: Command, signal: AbortSignal): void {
  program
    .command('doctor')
    .description('look at what the engine needs, and say what to do about each problem')
    .action(async (_own: object, command: Command) => {
      const context = contextOf(command);
      await runCommand(context, signal, (job) => doctor({ workspace: context.workspace }, job), describeDoctor);
    });

  program
    .command('perf')
    .description('measure throughput on this machine, one JSON line each')
    .option('--workload <a,b,...>', `what to measure: ${workloadNames.join(', ')}`, list, ['w1', 'w2', 'w3'])
    .option('--seconds <s>', 'how long for each of w1, w2, w3', positiveNumber, 15)
    .addOption(count('--threads <n>', 'CPU threads (default: one a core)'))
    .addOption(count('--images <n>', 'images of the workload pretrain').default(2048))
    .option('--strategies <a,b,...>', 'strategies of the workload select (default: all)', strategyList)
    .action(async (own: PerfFlags, command: Command) => {
      const { workload, ...rest } = own;
      await runCommand(contextOf(command), signal, (job) => perf({ ...rest, workloads: workload }, job), describePerf);
    });
}

interface PerfFlags {
  workload: string[];
  seconds: number;
  threads?: number;
  images: number;
  strategies?: string[];
}
interface ImportFlags {
  layout: 'auto' | (typeof layoutNames)[number];
  name?: string;
  classes?: string[];
  imageSize?: number;
  channels?: '1' | '3';
  frontalOnly?: boolean;
}
interface PretrainFlags {
  preset: string;
  encoder?: string;
  minutes?: number;
  epochs?: number;
  seed: number;
  restart: boolean;
}
interface ExportFlags {
  what: ExportKind;
  format?: string;
  out?: string;
  encoder?: string;
}
interface QueryFlags {
  strategy: string;
  option: Record<string, unknown>;
  budget: number;
  seed: number;
  learner: TrainFlags['learner'];
  again: boolean;
}
interface LabelFlags {
  from?: string;
  oracle?: boolean;
  annotator?: string;
  overwrite: boolean;
}
interface TrainFlags {
  learner: (typeof learnerNames)[number] | 'auto';
  seed: number;
}
interface BenchmarkFlags {
  strategies: string[];
  pretrained?: 'yes' | 'no' | 'both';
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
  learner: TrainFlags['learner'];
  encoder?: string;
  minutes?: number;
  jobs?: number;
  name: string;
  out?: string;
}
