import { basename, dirname } from 'node:path';
import { commands, l10n, Uri, window } from 'vscode';
import { places } from '../../shared/workspace/paths';
import { type DatasetState, isBroken } from '../datasets/datasetState';
import { offer } from '../notify';
import type { Services } from '../services';
import { isolated } from '../text';
import { benchmarkIn } from './arguments';
import { pickListing } from './pickDataset';

/**
 * Draws accuracy against labels: of a dataset, or of the benchmark whose tree item or report is given. Called without
 * anything while a results or report file is in front, it is about that file. What is damaged the panel says itself.
 */
export async function showCurve(services: Services, target?: unknown): Promise<void> {
  const { charts } = services;
  const file = target === undefined ? window.activeTextEditor?.document.uri : target;
  if (file instanceof Uri && (await charts.openForFile(file))) return;
  const listing = await pickListing(services, target);
  if (!listing) return;
  const { ref } = listing;
  const benchmark = benchmarkIn(target);
  if (benchmark !== undefined) {
    await charts.openBenchmark(ref, benchmark);
    return;
  }
  if (isBroken(listing) || hasCurve(listing)) {
    await charts.open(ref);
    return;
  }
  await offer(
    l10n.t('Nothing of {0} has been measured yet: label a batch, then run the next round.', isolated(ref.name)),
    {
      title: l10n.t('Run Active Round'),
      run: () => commands.executeCommand('warmstart.runRound', ref),
    },
  );
}

/** Whether something was measured, be it in a file that is damaged now. */
const hasCurve = ({ results, benchmarks, problems }: DatasetState): boolean =>
  results.length > 0 ||
  benchmarks.some(({ report }) => report !== null) ||
  problems.some(({ file }) => basename(dirname(file)) === places.results);
