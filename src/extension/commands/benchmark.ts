import { env, l10n, Uri, window } from 'vscode';
import type { BenchmarkRequest, EngineJobs } from '../../shared/protocol/engine';
import type { DatasetRef } from '../../shared/workspace/paths';
import { hasKnownLabels } from '../datasets/knownLabels';
import { Refusal } from '../errors';
import { tell } from '../notify';
import type { Services } from '../services';
import { isolated, numberText } from '../text';
import { askBenchmark } from './benchmarkWizard';
import { pickDataset } from './pickDataset';

/** Compares strategies on labels that the dataset's folders tell, or else people; goes on where one of that name was stopped. */
export async function benchmark(services: Services, target?: unknown): Promise<void> {
  const state = await pickDataset(services, target);
  if (!state) return;
  const { ref, labelled } = state;
  const byPeople = !(await hasKnownLabels(state));
  if (byPeople && labelled === 0)
    throw new Refusal(
      l10n.t(
        'Benchmarks need known labels, and {0} has neither class folders nor labels that people gave; label some images first.',
        isolated(ref.name),
      ),
    );
  const wish = await askBenchmark(state, byPeople, services.engine);
  if (wish?.where === 'here') await runHere(services, ref, wish.request);
  if (wish?.where === 'slurm') await writeScripts(services, ref, wish.request);
}

async function runHere(
  { jobs, datasets, charts }: Services,
  ref: DatasetRef,
  request: BenchmarkRequest,
): Promise<void> {
  const title = l10n.t('Benchmark {0} of {1}', isolated(request.name), isolated(ref.name));
  const outcome = await jobs.run(title, ref, (run) => run('benchmark', request));
  await datasets.refresh();
  if (outcome) await charts.openBenchmark(ref, request.name);
  else tell(l10n.t('The benchmark was stopped; run it again under the same name to go on from there.'));
}

/** Shows the script of the runs, and says how both are submitted. */
async function writeScripts(
  { jobs, datasets }: Services,
  ref: DatasetRef,
  request: EngineJobs['benchmarkScripts']['params'],
): Promise<void> {
  const title = l10n.t('Scripts for benchmark {0} of {1}', isolated(request.name), isolated(ref.name));
  const written = await jobs.run(title, ref, (run) => run('benchmarkScripts', request));
  await datasets.refresh();
  if (!written) return;
  const { scripts, commands, runs } = written;
  const [cells, report] = scripts.map((path) => Uri.file(path));
  if (cells) await window.showTextDocument(cells);
  tell(
    l10n.t('Ready: {0} runs and a report. Look the scripts over and submit both on the cluster.', numberText(runs)),
    { title: l10n.t('Copy Commands'), run: () => env.clipboard.writeText(commands.join('\n')) },
    { title: l10n.t('Open the Other Script'), run: () => report && window.showTextDocument(report) },
  );
}
