import { type Disposable, type ExtensionContext, window } from 'vscode';
import { AgreementPages } from './agreement/agreementPages';
import { offerInterrupted } from './commands/pretraining';
import { registerCommands } from './commands/table';
import { setDatasetKeys } from './contextKeys';
import { DatasetStore, usable } from './datasets/datasetStore';
import { createEngine } from './engine/createEngine';
import { JobRunner } from './jobs/jobRunner';
import { createPanels } from './panels';
import type { Services } from './services';
import { createStatusItem } from './status/statusItem';
import { codeBegan, mark } from './trace'; // first: it tells when our code begins
import { DatasetsTree } from './views/datasetsTree';
import { tickWalkthrough } from './walkthrough';
import { ShownFolders } from './webview/shownFolders';

mark('code', codeBegan);
mark('code ran');

/** Called by VS Code when the extension is first used. Nothing is computed and no process started; what it returns is for tests. */
export function activate(context: ExtensionContext): Services {
  mark('activate');
  const log = window.createOutputChannel('Warmstart', { log: true });
  const engine = createEngine(context, log);
  const jobs = new JobRunner(engine, log);
  const datasets = new DatasetStore(async () => (await import('./afterActivation')).readersOfFiles());
  const shown = new ShownFolders(context.workspaceState);
  const tree = new DatasetsTree(datasets, jobs);
  const base = {
    context,
    log,
    engine,
    jobs,
    datasets,
    shown,
    reveal: (ref: Parameters<DatasetsTree['reveal']>[0]) => tree.reveal(ref),
  };
  const { extensionUri } = context;
  const panels = createPanels({ extensionUri, access: shown, engine, log, datasetsChanged: datasets.onDidChange });
  const { labelling, gallery, rounds, charts, importing } = panels;
  const services: Services = { ...base, labelling, gallery, rounds, charts, importing };
  context.subscriptions.push(
    ...[panels, createStatusItem(jobs, datasets, engine), tree, datasets, jobs, engine],
    new AgreementPages(datasets),
    datasets.onDidChange((listings) => {
      setDatasetKeys(listings);
      void tickWalkthrough(context);
    }),
    ...registerCommands(services),
    offerOnce(services),
    log, // last: the others may have something to say when they end
  );
  // after the activation, which VS Code waits for: reading files loads the schemas
  const first = setImmediate(() => void datasets.refresh());
  context.subscriptions.push({ dispose: () => clearImmediate(first) });
  mark('activated');
  return services;
}

/** Offers to go on with what a reload has interrupted, once the files have told. */
function offerOnce(services: Services): Disposable {
  const listener = services.datasets.onDidChange((listings) => {
    listener.dispose();
    void offerInterrupted(services, usable(listings));
  });
  return listener;
}
