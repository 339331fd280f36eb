import type { ExtensionContext, LogOutputChannel } from 'vscode';
import type { DatasetRef } from '../shared/workspace/paths';
import type { DatasetStore } from './datasets/datasetStore';
import type { EngineClient } from './engine/engineClient';
import type { JobRunner } from './jobs/jobRunner';
import type { Panels } from './panels';
import type { ShownFolders } from './webview/shownFolders';

/** What commands work with; made once, in `activate`. */
export interface Services extends Panels {
  readonly context: ExtensionContext;
  readonly log: LogOutputChannel;
  readonly engine: EngineClient;
  readonly jobs: JobRunner;
  readonly datasets: DatasetStore;
  readonly shown: ShownFolders;
  /** Shows a dataset in the tree. */
  readonly reveal: (ref: DatasetRef) => Promise<void>;
}
