import { CommanderError } from 'commander';
import { WORKER_COMMAND } from './benchmark/workerPool';
import { exitCodes, failureOf, print } from './commandLine/run';
import { cancelledError } from './errors';
import type { Failure } from './failure';
import { SELECTION_COMMAND } from './perf/commandName';
import { PROBE_COMMAND as ACCELERATOR_COMMAND } from './runtime/accelerators';
import { PROBE_COMMAND } from './runtime/probe/messages';
import { JOB_COMMAND } from './server/messages';

async function main(argv: readonly string[]): Promise<number> {
  const abort = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
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
    const failure = failureOf(abort.signal.aborted ? cancelledError() : error);
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
  process.exit(error.code === 'EPIPE' ? exitCodes.done : exitCodes.failed);
});

/** Hidden commands make this program a child process of a benchmark, of the engine's server, of a measurement or of a probe. */
async function start([command, ...rest]: readonly string[]): Promise<number> {
  if (command === WORKER_COMMAND) await (await import('./benchmark/worker')).benchmarkWorker();
  else if (command === JOB_COMMAND) await (await import('./server/jobProcess')).jobProcess();
  else if (command === SELECTION_COMMAND) await (await import('./perf/selection')).selectionProcess(rest);
  else if (command === PROBE_COMMAND) await (await import('./runtime/probe/probeProcess')).probeProcess();
  else if (command === ACCELERATOR_COMMAND) await (await import('./runtime/onnx/probeProcess')).probeProcess(rest);
  else return main(command === undefined ? [] : [command, ...rest]);
  return exitCodes.done;
}

// Native libraries keep threads; nothing that matters is left to do.
start(process.argv.slice(2)).then((code) => process.exit(code));
