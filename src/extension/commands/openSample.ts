import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { commands, l10n } from 'vscode';
import { type DatasetRef, datasetRef, placeIn, places } from '../../shared/workspace/paths';
import { tell } from '../notify';
import type { Services } from '../services';
import { isolated } from '../text';
import { numberIn } from './arguments';
import { lookAhead } from './lookAhead';
import { pickWorkspace } from './pickWorkspace';

const NAME = 'sample-faces';
const FACES = 2_000;

/** Draws synthetic faces into the workspace and makes a dataset of them. `{ faces }` asks for another number. */
export async function openSample(services: Services, given?: unknown): Promise<DatasetRef | undefined> {
  const workspace = await pickWorkspace();
  if (workspace === undefined) return undefined;
  const ref = datasetRef(workspace, NAME);
  if (existsSync(placeIn(ref.directory, places.dataset))) {
    await services.reveal(ref);
    tell(l10n.t('The sample faces are here already, as dataset {0}.', NAME), ...next(ref));
    return ref;
  }
  const faces = numberIn(given, 'faces') ?? FACES;
  const folder = join(workspace, NAME);
  const made = await services.jobs.run(l10n.t('Sample dataset'), null, (run) =>
    run('sample', { workspace, folder, faces }),
  );
  if (!made) return undefined;
  await services.datasets.refresh();
  const drawn = datasetRef(workspace, made.name);
  await services.reveal(drawn);
  lookAhead(services, drawn);
  tell(l10n.t('Synthetic faces are drawn and ready as dataset {0}.', isolated(made.name)), ...next(drawn));
  return drawn;
}

const next = (ref: DatasetRef) => [
  { title: l10n.t('Run Active Round'), run: () => commands.executeCommand('warmstart.runRound', ref) },
];
