import { CommanderError } from 'commander';
import { exitCodes, failureOf, print } from './commandLine/run';
import type { Failure } from './describeFailure';
import { cancelledError, StoppedEarly } from './errors';
import type { HiddenCommand } from './process/commands';
import { takePriority } from './process/priority';

async function main(argv: readonly string[]): Promise<number> {
  const abort = new AbortController();
  // SIGHUP: the terminal was closed. SIGUSR1 is what a cluster's time limit is announced by; Windows knows no such signal
  for (const signal of [
    'SIGINT',
    'SIGTERM',
    'SIGHUP',
    ...(process.platform === 'win32' ? [] : (['SIGUSR1'] as const)),
  ] as const)
    process.on(signal, () => {
      if (abort.signal.aborted) process.exit(exitCodes.cancelled);
      abort.abort(cancelledError());
    });
  try {
    // loaded here, so that a missing native package is a failure like any other
    const { buildProgram } = await import('./commandLine/program');
    await buildProgram(abort.signal).parseAsync([...argv], { from: 'user' });
    return exitCodes.done;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    // whatever broke while stopping broke because of the stop
    const stopped = error instanceof StoppedEarly ? error : cancelledError();
    const failure = failureOf(abort.signal.aborted ? stopped : error);
    await tell(failure, argv.includes('--json'));
    if (process.env.WARMSTART_DEBUG) console.error(error);
    return failure.exitCode;
  }
}

async function tell({ code, message }: Failure, json: boolean): Promise<void> {
  process.stderr.write(`${message}\n`);
  if (json) await print(JSON.stringify({ error: { code, message } }));
}

// A reader that has enough (`| head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (isTerminalGone(error)) return;
  process.exit(error.code === 'EPIPE' ? exitCodes.done : exitCodes.failed);
});

process.stderr.on('error', (error: NodeJS.ErrnoException) => {
  if (!isTerminalGone(error)) process.exit(exitCodes.failed);
});

/** Nobody reads any more, which must not keep work from being saved. */
const isTerminalGone = ({ code }: NodeJS.ErrnoException): boolean => code === 'EIO' || code === 'ENXIO';

/** What this program does as a child process of a benchmark, of the engine's server, of a measurement or of a probe. */
const hidden: Readonly<Record<HiddenCommand, () => Promise<void>>> = {
  'engine-job': async () => (await import('./server/jobProcess')).jobProcess(),
  'benchmark-worker': async () => (await import('./benchmark/worker')).benchmarkWorker(),
  'probe-device': async () => (await import('./runtime/device/probeProcess')).deviceProcess(),
  'probe-accelerator': async () => (await import('./runtime/onnx/acceleratorProbe')).acceleratorProcess(),
  embed: async () => (await import('./encoders/embedding/process')).embeddingProcess(),
  'perf-selection': async () => (await import('./perf/selection')).selectionProcess(),
  'try-encoder': async () => (await import('./encoders/external/trialProcess')).trialProcess(),
};

async function start(argv: readonly string[]): Promise<number> {
  takePriority();
  const [command = ''] = argv;
  if (!Object.hasOwn(hidden, command)) return main(argv);
  await hidden[command as HiddenCommand]();
  return exitCodes.done;
}

// Native libraries keep threads; nothing that matters is left to do.
start(process.argv.slice(2)).then((code) => process.exit(code));
