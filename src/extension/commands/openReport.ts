import { dirname, join } from 'node:path';
import { commands, l10n, Uri, window } from 'vscode';
import { placeIn, places } from '../../shared/workspace/paths';
import { Refusal } from '../errors';
import { exists } from '../exists';
import type { Services } from '../services';
import { isolated } from '../text';
import { benchmarkIn } from './arguments';
import { pickDataset } from './pickDataset';

/** Opens a benchmark's report as a page: protocol, tables, tests, and how to read them. */
export async function openReport(services: Services, target?: unknown): Promise<void> {
  const state = await pickDataset(services, target);
  if (!state) return;
  const { ref, benchmarks } = state;
  const finished = benchmarks.filter(({ report }) => report !== null).map(({ name }) => name);
  if (finished.length === 0)
    throw new Refusal(l10n.t('{0} has no benchmark with a report yet; run one first.', isolated(ref.name)));
  const name = benchmarkIn(target) ?? (await oneOf(finished));
  if (name === undefined) return;
  const report = join(dirname(placeIn(ref.directory, places.report(name))), 'report.md');
  if (!(await exists(report)))
    throw new Refusal(
      l10n.t('{0} is not there; run the benchmark again under its name to have it written.', isolated(report)),
    );
  await commands.executeCommand('markdown.showPreview', Uri.file(report));
}

const oneOf = async (names: readonly string[]): Promise<string | undefined> =>
  names.length === 1 ? names[0] : window.showQuickPick(names, { title: l10n.t('Benchmark') });
