import { openDataset } from '../data/dataset';
import type { Dataset } from '../data/dataset/type';
import { cancelledError, inputError, UserError } from '../errors';
import type { Job, Progress } from '../job';
import { runCell } from './cell';
import { CellLooks } from './looks';
import type { CellTask, FromWorker, ToWorker } from './messages';
import { benchmarkView } from './view';
import { readVotes, type Votes } from './votes';

const MILLISECONDS_BETWEEN_MESSAGES = 500;

/**
 * A child process that runs benchmark cells, one after another, as its parent sends them. It ends when the parent does,
 * however that came about.
 */
export async function benchmarkWorker(): Promise<void> {
  const abort = new AbortController();
  const opened = new Map<string, { readonly dataset: Dataset; readonly looks: CellLooks }>();
  const votesRead = new Map<string, Votes>();
  const job: Job = { signal: abort.signal, report: throttledReport() };

  async function run(task: CellTask): Promise<void> {
    const name = JSON.stringify([task.workspace, task.dataset, task.holdOut]);
    const view = opened.get(name) ?? (await openView(task));
    opened.set(name, view);
    const { dataset } = view;
    const looks = await view.looks.openPlanned(task.plan);
    const votes =
      task.plan.votes === undefined
        ? null
        : (votesRead.get(task.plan.votes) ?? (await plannedVotes(dataset, task, job)));
    if (votes) votesRead.set(votes.digest, votes);
    const { plan, folder } = task;
    await runCell({ dataset, looks, votes, plan, folder }, job, (rounds) => send({ kind: 'round', rounds }));
  }

  async function openView({ workspace, dataset: name, holdOut }: CellTask) {
    const dataset = benchmarkView(await openDataset(workspace, name, job), holdOut);
    return { dataset, looks: new CellLooks(dataset) };
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
  for (const { dataset } of opened.values()) dataset.close();
}

/** The votes of a cell, checked against the digest in its plan. */
async function plannedVotes(dataset: Dataset, { votesFile, plan }: CellTask, job: Job): Promise<Votes> {
  if (votesFile === undefined) throw new Error('A cell with votes was sent without their file.');
  const votes = await readVotes(dataset, votesFile, job);
  if (votes.digest !== plan.votes)
    throw inputError(`The votes in ${votesFile} changed while the benchmark ran; run the benchmark again.`);
  return votes;
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
