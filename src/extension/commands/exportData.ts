import { join } from 'node:path';
import { l10n, type QuickPickItem, Uri, window } from 'vscode';
import type { EngineJobs } from '../../shared/protocol/engine';
import type { DatasetRef } from '../../shared/workspace/paths';
import type { DatasetState } from '../datasets/datasetState';
import { tellExported } from '../exported';
import type { Services } from '../services';
import { isolated, labelsText } from '../text';
import { offerRound, untrainedText } from './offerRound';
import { pickDataset } from './pickDataset';

interface Choice extends QuickPickItem {
  readonly what: EngineJobs['export']['params']['what'];
  readonly format: string;
  readonly extension: string;
}

/** Writes labels, the trained model or the encoder's features to a file of the user's choice. */
export async function exportData(services: Services, target?: unknown): Promise<void> {
  const state = await pickDataset(services, target);
  if (!state) return;
  const { ref } = state;
  const choice = await window.showQuickPick(choices(state), { title: l10n.t('Export from {0}', isolated(ref.name)) });
  if (!choice) return;
  if (await isMissing(state, choice)) return;
  const out = await askExportFile(ref, choice.what, choice.extension);
  if (out === undefined) return;
  const { what, format } = choice;
  const params = { workspace: ref.workspace, dataset: ref.name, what, format, out };
  const report = await services.jobs.run(l10n.t('Exporting from {0}', isolated(ref.name)), ref, (run) =>
    run('export', params),
  );
  if (!report) return;
  tellExported(Uri.file(report.path), { opens: what === 'labels' });
}

function choices({ labelled }: DatasetState): Choice[] {
  const description = labelsText(labelled);
  return [
    { label: l10n.t('Labels as CSV'), description, what: 'labels', format: 'csv', extension: 'csv' },
    {
      label: l10n.t('Labels as JSON'),
      description: l10n.t('with every answer, conflicts and skips'),
      what: 'labels',
      format: 'json',
      extension: 'json',
    },
    { label: l10n.t('Labels as COCO'), description, what: 'labels', format: 'coco', extension: 'coco.json' },
    {
      label: l10n.t('Model as ONNX'),
      description: l10n.t('encoder and head as last trained'),
      what: 'model',
      format: 'onnx',
      extension: 'onnx',
    },
    {
      label: l10n.t('Features as NPY'),
      description: l10n.t('of every image, with a list of the images'),
      what: 'features',
      format: 'npy',
      extension: 'npy',
    },
  ];
}

/** Says what is missing for this choice, and offers it. */
async function isMissing({ ref, results, labelled }: DatasetState, { what }: Choice): Promise<boolean> {
  if (what === 'features') return false;
  if (what === 'labels' ? labelled > 0 : results.length > 0) return false;
  await offerRound(
    ref,
    what === 'labels' ? l10n.t('There are no labels of {0} to export yet.', isolated(ref.name)) : untrainedText(ref),
  );
  return true;
}

/** Where to write; the name says what of which dataset. */
export async function askExportFile(ref: DatasetRef, what: string, extension: string): Promise<string | undefined> {
  const chosen = await window.showSaveDialog({
    title: l10n.t('Export from {0}', isolated(ref.name)),
    defaultUri: Uri.file(join(ref.workspace, `${ref.name}-${what}.${extension}`)),
    filters: { [extension.toUpperCase()]: [extension.split('.').at(-1) ?? extension] },
  });
  return chosen?.fsPath;
}
