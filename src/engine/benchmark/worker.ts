import { type Dataset, openDataset } from '../data/dataset';
import { cancelledError, UserError } from '../errors';
import type { Job, Progress } from '../job';
import type { Encoder } from '../learner/learner';
import { runCell } from './cell';
import { benchmarkView, plannedEncoder } from './dataset';
import type { CellTask, FromWorker, ToWorker } from './messages';

const MILLISECONDS_BETWEEN_MESSAGES = 500;

/**
 * A child process that runs benchmark cells, one after another, as its parent sends them. It ends when the parent does,
 * however that came about.
 */
export async function benchmarkWorker(): Promise<void> {
  const abort = new AbortController();
  const opened = new Map<string, Dataset>();
  const encoders = new Map<string, Encoder>();
  const job: Job = { signal: abort.signal, report: throttledReport() };

  async function run(task: CellTask): Promise<void> {
    const name = JSON.stringify([task.workspace, task.dataset, task.holdOut]);
    const dataset =
      opened.get(name) ?? benchmarkView(await openDataset(task.workspace, task.dataset, job), task.holdOut);
    opened.set(name, dataset);
    const encoder = encoders.get(task.plan.encoder) ?? (await plannedEncoder(dataset, task.plan));
    encoders.set(task.plan.encoder, encoder);
    await runCell(dataset, encoder, task.plan, task.folder, job, (rounds) => send({ kind: 'round', rounds }));
  }

  await new Promise<void>((resolve) => {
    process.on('disconnect', resolve);
    process.on('SIGINT', () => {}); // the terminal sends it to all of us; the parent decides
    process.on('message', (message: ToWorker) => {
      if (message.kind === 'stop') {
        abort.abort(cancelledError());
        return;
      }
      run(message.task).then(
        () => send({ kind: 'finished' }),
        (error: unknown) => send(failure(error)),
      );
    });
    send({ kind: 'ready' });
  });
  abort.abort(cancelledError());
  for (const dataset of opened.values()) dataset.close();
}

function send(message: FromWorker): void {
  if (process.connected) process.send?.(message);
}

function failure(error: unknown): FromWorker {
  if (error instanceof UserError) return { kind: 'failed', code: error.code, message: error.message };
  return {
    kind: 'failed',
    code: 'defect',
    message: error instanceof Error ? (error.stack ?? error.message) : String(error),
  };
}

function throttledReport(): (progress: Progress) => void {
  let last = 0;
  return ({ stage, done, total }) => {
    const now = performance.now();
    if (now - last < MILLISECONDS_BETWEEN_MESSAGES) return;
    last = now;
    send({ kind: 'message', text: total > 0 ? `${stage} ${done}/${total}` : stage });
  };
}
