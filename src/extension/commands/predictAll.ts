import { join } from 'node:path';
import { l10n, type QuickPickItem, Uri, window } from 'vscode';
import type { EngineJobs } from '../../shared/protocol/engine';
import type { DatasetRef } from '../../shared/workspace/paths';
import { exists } from '../exists';
import { tellExported } from '../exported';
import type { Services } from '../services';
import { imagesText, isolated } from '../text';
import { askExportFile } from './exportData';
import { offerRound, untrainedText } from './offerRound';
import { pickDataset } from './pickDataset';

type Params = EngineJobs['predict']['params'];

interface Choice extends QuickPickItem, Pick<Params, 'format' | 'links'> {
  /** Of the file; a folder has none. */
  readonly extension?: string;
}

/** Writes a label for every image, people's or the model's, to a file or to folders of the user's choice. */
export async function predictAll(services: Services, target?: unknown): Promise<void> {
  const state = await pickDataset(services, target);
  if (!state) return;
  const { ref, results, file } = state;
  if (results.length === 0) return offerRound(ref, untrainedText(ref));
  const choice = await window.showQuickPick(choices(), {
    title: l10n.t('A label for each of {0}: by people, and elsewhere by the model', imagesText(file.split.train)),
  });
  if (!choice) return;
  const { format, links, extension } = choice;
  const out = extension ? await askExportFile(ref, 'predictions', extension) : await askFolder(ref);
  if (out === undefined) return;
  const params: Params = { workspace: ref.workspace, dataset: ref.name, format, out, ...(links ? { links } : {}) };
  const report = await services.jobs.run(l10n.t('Predicting all images of {0}', isolated(ref.name)), ref, (run) =>
    run('predict', params),
  );
  if (report) tellExported(Uri.file(report.path), { opens: format === 'csv' || format === 'json' });
}

const choices = (): Choice[] => [
  {
    label: l10n.t('Table as CSV'),
    description: l10n.t('whose label it is, and how sure the model is of each class'),
    format: 'csv',
    extension: 'csv',
  },
  {
    label: l10n.t('Table as JSON'),
    description: l10n.t('the same, and which model it was'),
    format: 'json',
    extension: 'json',
  },
  {
    label: l10n.t('Class folders with copies'),
    description: l10n.t('a folder for each class, as training programs read them'),
    format: 'folders',
  },
  {
    label: l10n.t('Class folders with links'),
    description: l10n.t('takes no space; the images must stay where they are'),
    format: 'folders',
    links: true,
  },
  { label: l10n.t('Annotations as COCO'), format: 'coco', extension: 'coco.json' },
];

/** A folder that is not there yet, in one that people choose. */
async function askFolder({ workspace, name }: DatasetRef): Promise<string | undefined> {
  const [chosen] =
    (await window.showOpenDialog({
      title: l10n.t('Where to put the class folders'),
      openLabel: l10n.t('Put Them Here'),
      defaultUri: Uri.file(workspace),
      canSelectFiles: false,
      canSelectFolders: true,
    })) ?? [];
  if (!chosen) return undefined;
  for (let n = 1; ; n++) {
    const folder = join(chosen.fsPath, n === 1 ? `${name}-predictions` : `${name}-predictions-${n}`);
    if (!(await exists(folder))) return folder;
  }
}
