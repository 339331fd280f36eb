import { commands, Disposable } from 'vscode';
import { ChartPanels as Charts } from './charts/chartPanels';
import { LabellingPanels as Labelling } from './labelling/labellingPanels';
import type { ChartPanels, LabellingPanels } from './panels';
import type { Services } from './services';

/** The panels of this window. They may ask for everything but each other. */
export function createPanels({
  context,
  engine,
  log,
}: Omit<Services, 'labelling' | 'charts'>): {
  readonly labelling: LabellingPanels;
  readonly charts: ChartPanels;
} & Disposable {
  const { extensionUri } = context;
  const failed = (error: unknown) => log.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  const labelling = new Labelling({ extensionUri, engine, log: failed });
  const charts = new Charts({
    extensionUri,
    failed,
    runRound: (ref) => commands.executeCommand('warmstart.runRound', ref),
    runBenchmark: (ref) => commands.executeCommand('warmstart.benchmark', ref),
  });
  return { labelling, charts, dispose: () => Disposable.from(labelling, charts).dispose() };
}
