import { type Disposable, ViewColumn, type WebviewPanel, window } from 'vscode';
import * as z from 'zod';
import { isDatasetName } from '../../shared/workspace/datasetName';
import { type DatasetRef, datasetRef } from '../../shared/workspace/paths';
import { isDatasetThere } from '../datasets/folders';
import { pageRoot } from '../webview/page';
import { RoundPanel, type RoundPanelContext, roundTitle } from './roundPanel';

/** View type of the pages; package.json names it to have them restored. */
export const ROUND_VIEW = 'warmstart.round';

/** What the page keeps; from an older version it may look otherwise. */
const keptState = z.object({
  address: z.object({ workspace: z.string().min(1), dataset: z.string().refine(isDatasetName) }),
  round: z.int().nullable().catch(null),
});

/** The pages of results: at most one a dataset, made again after a reload of the window. */
export class RoundPanels implements Disposable {
  private readonly panels = new Map<string, RoundPanel>();
  private readonly serializer: Disposable;

  constructor(private readonly context: RoundPanelContext) {
    this.serializer = window.registerWebviewPanelSerializer(ROUND_VIEW, {
      deserializeWebviewPanel: (panel, state) => this.restore(panel, state),
    });
  }

  /** Shows what a round was measured to do; null: the newest. */
  async open(ref: DatasetRef, round: number | null): Promise<void> {
    const present = this.panels.get(ref.directory);
    if (present) {
      present.panel.reveal();
      return present.show(round);
    }
    const options = { enableScripts: true, localResourceRoots: [pageRoot(this.context.extensionUri)] };
    const panel = window.createWebviewPanel(ROUND_VIEW, roundTitle(ref.name), ViewColumn.Active, options);
    await this.adopt(panel, ref, round);
  }

  private async restore(panel: WebviewPanel, state: unknown): Promise<void> {
    const kept = keptState.safeParse(state).data;
    const ref = kept && datasetRef(kept.address.workspace, kept.address.dataset);
    if (!ref || this.panels.has(ref.directory) || !(await isDatasetThere(kept.address))) return panel.dispose();
    await this.adopt(panel, ref, kept.round);
  }

  private async adopt(panel: WebviewPanel, ref: DatasetRef, round: number | null): Promise<void> {
    const page = new RoundPanel(panel, ref, round, this.context);
    this.panels.set(ref.directory, page);
    panel.onDidDispose(() => {
      this.panels.delete(ref.directory);
      page.dispose();
    });
    await page.ready;
  }

  dispose(): void {
    this.serializer.dispose();
    // The tabs stay: they come back by the serializer after a reload of the window.
    for (const page of this.panels.values()) page.dispose();
    this.panels.clear();
  }
}
