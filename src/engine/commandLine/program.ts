import { Command, Option } from 'commander';
import { version } from '../../../package.json';
import { DEVICE_VARIABLE, deviceNames, wantedDevice } from '../runtime/device/device';
import { addClassCommands } from './classCommands';
import { addDatasetCommands } from './datasetCommands';
import { addEncoderCommands } from './encoderCommands';
import { addImageCommands } from './imageCommands';
import { addMachineCommands } from './machineCommands';
import { addMeasureCommands } from './measureCommands';
import { addRoundCommands } from './roundCommands';
import { addStudyCommands } from './studyCommands';
import { addTeamCommands } from './teamCommands';

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
  addClassCommands(program, signal);
  addEncoderCommands(program, signal);
  addRoundCommands(program, signal);
  addImageCommands(program, signal);
  addMeasureCommands(program, signal);
  addTeamCommands(program, signal);
  addStudyCommands(program, signal);
  addMachineCommands(program, signal);
  return program;
}
