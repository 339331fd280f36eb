import { CommanderError } from 'commander';
import { benchmarkWorker } from './benchmark/worker';
import { WORKER_COMMAND } from './benchmark/workerPool';
import { buildProgram } from './commandLine/program';
import { exitCodes, type Failure, failureOf, print } from './commandLine/run';
import { cancelledError } from './errors';

async function main(argv: readonly string[]): Promise<number> {
  const abort = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      if (abort.signal.aborted) process.exit(exitCodes.cancelled);
      abort.abort(cancelledError());
    });
  try {
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

const [, , ...argv] = process.argv;
const work = argv[0] === WORKER_COMMAND ? benchmarkWorker().then(() => exitCodes.done) : main(argv);
// Native libraries keep threads; nothing that matters is left to do.
work.then((code) => process.exit(code));
