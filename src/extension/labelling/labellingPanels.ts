import { type Disposable, l10n, ViewColumn, type WebviewPanel, window } from 'vscode';
import * as z from 'zod';
import type { BatchAddress } from '../../shared/protocol/labelling';
import type { DatasetRef } from '../../shared/workspace/paths';
import { isDatasetThere } from '../datasets/folders';
import { isolated } from '../text';
import { mark } from '../trace';
import { pageRoot } from '../webview/page';
import { LabellingPanel, PANEL_OPTIONS, type PanelParts } from './labellingPanel';

/** View type of the labelling panel; `onWebviewPanel:warmstart.labelling` activates the extension for a reload. */
export const LABELLING_VIEW = 'warmstart.labelling';

/** What the page keeps; from an older version it may look otherwise. */
const keptState = z.object({
  address: z.object({
    workspace: z.string().min(1),
    dataset: z.string().regex(/^[^/\\]+$/),
    round: z.int().positive(),
  }),
});

interface OpenPanel {
  readonly panel: WebviewPanel;
  readonly address: BatchAddress;
  readonly filled: LabellingPanel;
}

/**
 * The labelling panels: at most one a dataset and round, made again after a reload of the window. A round takes over the
 * panel of a finished one, so that they do not pile up.
 */
export class LabellingPanels implements Disposable {
  private readonly panels = new Map<string, OpenPanel>();
  private opening: Promise<unknown> = Promise.resolve();
  private readonly serializer: Disposable;
  private readonly parts: PanelParts;

  constructor(parts: Omit<PanelParts, 'settings'>) {
    this.parts = parts;
    this.serializer = window.registerWebviewPanelSerializer(LABELLING_VIEW, {
      deserializeWebviewPanel: (panel, state) => this.restore(panel, state),
    });
  }

  /** Shows the panel of a round: its own, that of a finished round of the dataset, or a new one beside the editor. */
  open(ref: DatasetRef, round: number, image?: string): Promise<void> {
    // one after the other: two at once would both make a panel
    const opened = this.opening.then(() => this.show(ref, round, image));
    this.opening = opened.catch(() => {});
    return opened;
  }

  private async show({ workspace, name: dataset }: DatasetRef, round: number, image?: string): Promise<void> {
    const address: BatchAddress = { workspace, dataset, round };
    const present = this.panels.get(key(address));
    if (present) {
      present.panel.reveal();
      if (image !== undefined) present.filled.session.show(image);
      return;
    }
    const before = await this.finished(address);
    if (before) {
      this.leave(before);
      before.panel.reveal();
      return this.fill(before.panel, address, image);
    }
    const title = l10n.t('Label {0}: Round {1}', isolated(dataset), round);
    // panels of labelling share a column
    const viewColumn = [...this.panels.values()].at(-1)?.panel.viewColumn ?? ViewColumn.Beside;
    const panel = window.createWebviewPanel(
      LABELLING_VIEW,
      title,
      { viewColumn, preserveFocus: false },
      { ...PANEL_OPTIONS, enableScripts: true, localResourceRoots: [pageRoot(this.parts.extensionUri)] },
    );
    mark('panel');
    await this.fill(panel, address, image);
  }

  /** A panel of the same dataset in which nothing is left to answer, as the files are at this moment. */
  private async finished({ workspace, dataset }: BatchAddress): Promise<OpenPanel | undefined> {
    const same = [...this.panels.values()].filter(
      ({ address }) => address.workspace === workspace && address.dataset === dataset,
    );
    for (const open of same.reverse()) {
      await open.filled.session.refresh();
      if (open.filled.session.finished && this.panels.get(key(open.address)) === open) return open;
    }
    return undefined;
  }

  /** Ends a batch, not its panel. */
  private leave({ address, filled }: OpenPanel): void {
    this.panels.delete(key(address));
    filled.dispose();
  }

  dispose(): void {
    this.serializer.dispose();
    for (const { panel } of [...this.panels.values()]) panel.dispose();
  }

  private async restore(panel: WebviewPanel, state: unknown): Promise<void> {
    const kept = keptState.safeParse(state);
    const address = kept.data?.address;
    if (!address || this.panels.has(key(address)) || !(await isDatasetThere(address))) return panel.dispose();
    await this.fill(panel, address);
  }

  private async fill(panel: WebviewPanel, address: BatchAddress, image?: string): Promise<void> {
    const filled = new LabellingPanel(panel, address, this.parts, image);
    const open: OpenPanel = { panel, address, filled };
    this.panels.set(key(address), open);
    panel.onDidDispose(() => {
      if (this.panels.get(key(address)) === open) this.panels.delete(key(address));
    });
    await filled.ready;
  }
}

const key = ({ workspace, dataset, round }: BatchAddress): string => JSON.stringify([workspace, dataset, round]);
