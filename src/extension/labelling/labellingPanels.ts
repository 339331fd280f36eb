import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Disposable, l10n, type Uri, ViewColumn, type WebviewPanel, window } from 'vscode';
import { z } from 'zod';
import type { BatchAddress } from '../../shared/protocol/labelling';
import type { DatasetRef } from '../datasets/datasetRef';
import type { EngineClient } from '../engine/engineClient';
import { pageRoot } from '../webview/page';
import { fillPanel, PANEL_OPTIONS, type PanelParts } from './labellingPanel';

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

/** The labelling panels: one a dataset and round, made again after a reload of the window. */
export class LabellingPanels implements Disposable {
  private readonly panels = new Map<string, WebviewPanel>();
  private readonly serializer: Disposable;
  private readonly parts: PanelParts;

  constructor(parts: { extensionUri: Uri; engine: EngineClient; log?: (error: unknown) => void }) {
    this.parts = parts;
    this.serializer = window.registerWebviewPanelSerializer(LABELLING_VIEW, {
      deserializeWebviewPanel: (panel, state) => this.restore(panel, state),
    });
  }

  /** Opens the panel of a round beside the editor, or shows the one that is open. */
  async open({ workspace, name: dataset }: DatasetRef, round: number): Promise<void> {
    const address: BatchAddress = { workspace, dataset, round };
    const present = this.panels.get(key(address));
    if (present) return present.reveal();
    const title = l10n.t('Label {0}: Round {1}', dataset, round);
    const panel = window.createWebviewPanel(
      LABELLING_VIEW,
      title,
      { viewColumn: ViewColumn.Beside, preserveFocus: false },
      { ...PANEL_OPTIONS, enableScripts: true, localResourceRoots: [pageRoot(this.parts.extensionUri)] },
    );
    await this.fill(panel, address);
  }

  dispose(): void {
    this.serializer.dispose();
    for (const panel of [...this.panels.values()]) panel.dispose();
  }

  private async restore(panel: WebviewPanel, state: unknown): Promise<void> {
    const kept = keptState.safeParse(state);
    const address = kept.data?.address;
    if (!address || this.panels.has(key(address)) || !(await isThere(address))) return panel.dispose();
    await this.fill(panel, address);
  }

  private async fill(panel: WebviewPanel, address: BatchAddress): Promise<void> {
    this.panels.set(key(address), panel);
    panel.onDidDispose(() => {
      if (this.panels.get(key(address)) === panel) this.panels.delete(key(address));
    });
    await fillPanel(panel, address, this.parts);
  }
}

const key = ({ workspace, dataset, round }: BatchAddress): string => JSON.stringify([workspace, dataset, round]);

/** A dataset that was removed since has no panel; one with a damaged file has, and says so. */
const isThere = ({ workspace, dataset }: BatchAddress): Promise<boolean> =>
  stat(join(workspace, 'warmstart', dataset)).then(
    (found) => found.isDirectory(),
    () => false,
  );
