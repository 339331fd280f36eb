import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { builtInNames } from '../../shared/encoders';
import type { FeatureName } from '../../shared/features';
import { isBuiltInName } from '../../shared/modelName';
import { DEFAULT_LOOK, type LookName, lookNames } from '../../shared/sampleLooks';
import { type Fit, fitNames, type Ground, groundNames, layoutNames } from '../../shared/schema/dataset';
import { continueEncoder, describeContinued } from '../commands/continueEncoder';
import { describeExport, type ExportKind, exportData, exportFormats } from '../commands/export';
import { importFolder } from '../commands/import';
import { lookAtAll } from '../commands/lookAtImages';
import { describePretrain, pretrain } from '../commands/pretrain';
import type { SourceOptions } from '../commands/pretrainSources';
import { sample } from '../commands/sample';
import { encoderNames } from '../network/architectures';
import { presetNames } from '../pretrain/presets';
import { canAsk, confirmImport } from './confirmImport';
import { describeImport } from './describeImport';
import { describeLook } from './describeLook';
import { count, seedOption } from './options';
import { runCommand } from './run';
import { featureNamed, list, positiveNumber, wholeNumber } from './values';

/** import, sample, pretrain, export. */
export function addDatasetCommands(program: Command, signal: AbortSignal): void {
  for (const add of [addImport, addSample, addPretrain, addExport]) add(program, signal);
}

function addImport(program: Command, signal: AbortSignal): void {
  program
    .command('import')
    .description('make a dataset of a folder of images')
    .argument('<folder>', 'folder of images, or the csv file of FER2013')
    .addOption(new Option('--layout <name>', 'how the images lie').choices(['auto', ...layoutNames]).default('auto'))
    .option('--name <name>', "name of the dataset (default: the folder's)")
    .option('--classes <a,b,...>', 'classes to label, in this order; sub-folders of other names are just folders', list)
    .option('--no-classes', 'sub-folders are just folders, and classes are decided later')
    .option('--class-folders', 'sub-folders are classes, whatever they look like')
    .option('--train <a,b,...>', 'folders of what is learned from (default: told by their names)', list)
    .option('--test <a,b,...>', 'folders of what is tested on', list)
    .option('--no-splits', 'no folder is a part to learn from or to test on, whatever it is called')
    .option('--yes', 'import without asking whether the folder was read as it was meant')
    .option(
      '--look',
      'say how the folder would be read: classes, parts, what is passed over or can not be read; import nothing',
    )
    .addOption(count('--image-size <pixels>', 'width and height to decode to'))
    .addOption(new Option('--channels <n>', 'grey or RGB').choices(['1', '3']))
    .addOption(new Option('--fit <how>', 'images of another form: cropped, or whole with bars').choices(fitNames))
    .addOption(new Option('--ground <colour>', 'what shows where images are transparent').choices(groundNames))
    .option(
      '--encoder <name>',
      'what rounds look at (default: faces or general, by what the images show)',
      featureNamed,
    )
    .option('--frontal-only', 'KDEF: only faces seen from the front')
    .option('--faces', 'the images are photos: cut out every face, upright and as tight as FER2013, one image each')
    .option('--face-detector <file>', 'YuNet of 2023 as ONNX, instead of the detector that ships')
    .action(async (folder: string, own: ImportFlags, command: Command) => {
      const { imageSize, channels, look, classes, yes = false, ...rest } = own;
      if (look) {
        const { layout, train, test, splits, fit } = own;
        const request = { folder, layout, train, test, splits, fit };
        await runCommand(command, signal, (job, workspace) => lookAtAll({ ...request, workspace }, job), describeLook);
        return;
      }
      const given = classes === undefined ? {} : { classes: classes || [] };
      const shape = {
        ...(imageSize ? { imageSize } : {}),
        ...(channels ? ({ channels: channels === '1' ? 1 : 3 } as const) : {}),
      };
      const { json, quiet } = command.optsWithGlobals<{ json?: boolean; quiet?: boolean }>();
      const ask = canAsk() && !yes;
      // scripts read the report, which says the same
      const isSaid = ask || !(json || quiet);
      await runCommand(
        command,
        signal,
        (job, workspace, clear) => {
          const confirm = isSaid ? { confirm: confirmImport(signal, ask, clear) } : {};
          return importFolder({ ...rest, ...given, ...shape, ...confirm, workspace, folder }, job);
        },
        (report) => describeImport(report, ask && report.changes === null && !report.alreadyImported),
      );
    });
}

function addSample(program: Command, signal: AbortSignal): void {
  program
    .command('sample')
    .description('draw synthetic faces into a folder and make a dataset of them')
    .argument('<folder>', 'a new or empty folder')
    .addOption(new Option('--faces <n>', 'training faces').argParser(wholeNumber(50)).default(2000))
    .addOption(
      new Option('--look <name>', 'as people are met, or all alike before one wall')
        .choices(lookNames)
        .default(DEFAULT_LOOK),
    )
    .addOption(new Option('--seed <n>', 'other seeds draw other people').argParser(wholeNumber(0)).default(1))
    .action(async (folder: string, own: { faces: number; look: LookName; seed: number }, command: Command) => {
      const request = { ...own, folder: resolve(folder) };
      await runCommand(
        command,
        signal,
        (job, workspace) => sample({ ...request, workspace }, job),
        (report) => describeImport(report),
      );
    });
}

function addPretrain(program: Command, signal: AbortSignal): void {
  program
    .command('pretrain')
    .description('learn the representation from all training images, without labels; goes on where it was stopped')
    .argument('<dataset>')
    .addOption(new Option('--preset <name>', 'set of hyper-parameters (default: quick)').choices(presetNames))
    .addOption(
      new Option(
        '--encoder <name>',
        "architecture (default: the preset's); or a built-in encoder, whose last blocks go on learning",
      ).choices([...encoderNames, ...builtInNames]),
    )
    .addOption(count('--grid <n>', 'places along each side of the grid that its last map is averaged over, 1 to 3'))
    .option('--minutes <m>', 'how long', positiveNumber)
    .addOption(count('--epochs <n>', 'how long, in passes over the images'))
    .addOption(count('--replicas <n>', 'copies of the network that share each batch out, a thread each (default: 1)'))
    .option('--from <dataset|file>', "start from another dataset's encoder, or from an encoder.safetensors")
    .option('--as-it-is', 'use the encoder of --from without further training')
    .option('--with <a,b,...>', 'learn from the training images of these datasets too', list)
    .addOption(seedOption())
    .option('--restart', 'begin again', false)
    .action(async (dataset: string, own: PretrainFlags, command: Command) => {
      const { encoder, preset = 'quick', ...rest } = own;
      if (encoder !== undefined && isBuiltInName(encoder))
        await runCommand(
          command,
          signal,
          (job, workspace) => continueEncoder({ ...own, base: encoder, workspace, dataset }, job),
          describeContinued,
        );
      else
        await runCommand(
          command,
          signal,
          (job, workspace) =>
            pretrain({ ...rest, preset, ...(encoder === undefined ? {} : { encoder }), workspace, dataset }, job),
          describePretrain,
        );
    });
}

function addExport(program: Command, signal: AbortSignal): void {
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
    .option('--copies', 'labels: an answer counts for all images with the same pixels')
    .option('--encoder <name>', 'features (default: pre-trained, or what rounds look at)', featureNamed)
    .action(async (dataset: string, own: ExportFlags, command: Command) => {
      await runCommand(
        command,
        signal,
        (job, workspace) => exportData({ ...own, workspace, dataset }, job),
        describeExport,
      );
    });
}

interface ImportFlags {
  layout: 'auto' | (typeof layoutNames)[number];
  name?: string;
  /** False: none. */
  classes?: string[] | false;
  classFolders?: boolean;
  train?: string[];
  test?: string[];
  splits?: boolean;
  yes?: boolean;
  look?: boolean;
  fit?: Fit;
  ground?: Ground;
  imageSize?: number;
  channels?: '1' | '3';
  encoder?: FeatureName;
  frontalOnly?: boolean;
  faces?: boolean;
  faceDetector?: string;
}

interface PretrainFlags extends SourceOptions {
  preset?: string;
  encoder?: string;
  grid?: number;
  minutes?: number;
  epochs?: number;
  replicas?: number;
  seed: number;
  restart: boolean;
}

interface ExportFlags {
  what: ExportKind;
  format?: string;
  out?: string;
  encoder?: string;
  copies?: boolean;
}
