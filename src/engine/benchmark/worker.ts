import { rebuildCache } from '../data/dataset/import';
import { openDataset } from '../data/dataset/open';
import type { Dataset } from '../data/dataset/type';
import { inputError } from '../errors';
import { type Job, type Progress, silentJob } from '../job';
import { type Errand, serveParent } from '../process/parent';
import { runCell } from './cell';
import type { CellReport, CellTask } from './cellTask';
import { CellLooks } from './looks';
import { plannedLabels } from './ownLabels';
import { benchmarkView } from './view';
import { readVotes, type Votes } from './votes';

const MILLISECONDS_BETWEEN_MESSAGES = 500;

/** A child process that runs benchmark cells, one after another, as its parent sends them. */
export async function benchmarkWorker(): Promise<void> {
  const opened = new Map<string, { readonly dataset: Dataset; readonly looks: CellLooks }>();
  const votesRead = new Map<string, Votes>();

  async function run(task: CellTask, { signal, report }: Errand<CellReport>): Promise<null> {
    const job: Job = { signal, report: throttled(report) };
    const name = JSON.stringify([task.workspace, task.dataset, task.holdOut, task.ownLabels?.digest]);
    const view = opened.get(name) ?? (await openView(task, job));
    opened.set(name, view);
    const { dataset } = view;
    const looks = await view.looks.openPlanned(task.plan);
    const votes =
      task.plan.votes === undefined
        ? null
        : (votesRead.get(task.plan.votes) ?? (await plannedVotes(dataset, task, job)));
    if (votes) votesRead.set(votes.digest, votes);
    const { plan, folder } = task;
    await runCell({ dataset, looks, votes, plan, folder }, job, (rounds) => report({ rounds }));
    return null;
  }

  await serveParent(run);
}

async function openView({ workspace, dataset: name, holdOut, ownLabels }: CellTask, job: Job) {
  const own = ownLabels ? await plannedLabels(ownLabels) : null;
  const dataset = benchmarkView(await openDataset(workspace, name, job, rebuildCache), holdOut, own);
  return { dataset, looks: new CellLooks(dataset, silentJob) };
}

/** The votes of a cell, checked against the digest in its plan. */
async function plannedVotes(dataset: Dataset, { votesFile, plan }: CellTask, job: Job): Promise<Votes> {
  if (votesFile === undefined) throw new Error('A cell with votes was sent without their file.');
  const votes = await readVotes(dataset, votesFile, job);
  if (votes.digest !== plan.votes)
    throw inputError(`The votes in ${votesFile} changed while the benchmark ran; run the benchmark again.`);
  return votes;
}

function throttled(report: (report: CellReport) => void): (progress: Progress) => void {
  let last = 0;
  return ({ stage, done, total }) => {
    const now = performance.now();
    if (now - last < MILLISECONDS_BETWEEN_MESSAGES) return;
    last = now;
    report({ text: total > 0 ? `${stage} ${done}/${total}` : stage });
  };
}
