import { Uri, window } from 'vscode';
import type { Services } from '../services';
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
  await charts.open(ref); // also where nothing was measured yet: the page says what to do
}
