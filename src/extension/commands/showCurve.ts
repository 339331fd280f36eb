import { commands, l10n } from 'vscode';
import { offer } from '../notify';
import type { Services } from '../services';
import { benchmarkIn } from './arguments';
import { pickDataset } from './pickDataset';

/** Draws accuracy against labels: of a dataset, or of the benchmark whose tree item or report is given. */
export async function showCurve(services: Services, target?: unknown): Promise<void> {
  const state = await pickDataset(services, target);
  if (!state) return;
  const { ref, results, benchmarks } = state;
  const benchmark = benchmarkIn(target);
  if (benchmark !== undefined) {
    await services.charts.openBenchmark(ref, benchmark);
    return;
  }
  if (results.length > 0 || benchmarks.some(({ report }) => report !== null)) {
    await services.charts.open(ref);
    return;
  }
  await offer(l10n.t('Nothing of {0} has been measured yet: label a batch, then run the next round.', ref.name), {
    title: l10n.t('Run Active Round'),
    run: () => commands.executeCommand('warmstart.runRound', ref),
  });
}
