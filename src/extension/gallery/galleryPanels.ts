import { type Disposable, ViewColumn, type WebviewPanel, window } from 'vscode';
import * as z from 'zod';
import type { DatasetAddress } from '../../shared/protocol/engine';
import { isDatasetName } from '../../shared/workspace/datasetName';
import type { DatasetRef } from '../../shared/workspace/paths';
import { isDatasetThere } from '../datasets/folders';
import { pageRoot } from '../webview/page';
import { GalleryPanel, type GalleryParts, galleryTitle } from './galleryPanel';
import type { ImageWish } from './gallerySession';

/** View type of the gallery; `onWebviewPanel:warmstart.gallery` activates the extension for a reload. */
export const GALLERY_VIEW = 'warmstart.gallery';

/** What the page keeps; from an older version it may look otherwise. */
const keptState = z.object({
  address: z.object({ workspace: z.string().min(1), dataset: z.string().refine(isDatasetName) }),
});

/** The galleries: at most one a dataset, made again after a reload of the window. */
export class GalleryPanels implements Disposable {
  private readonly panels = new Map<string, { readonly panel: WebviewPanel; readonly gallery: GalleryPanel }>();
  private readonly serializer: Disposable;

  constructor(private readonly parts: GalleryParts) {
    this.serializer = window.registerWebviewPanelSerializer(GALLERY_VIEW, {
      deserializeWebviewPanel: (panel, state) => this.restore(panel, state),
    });
  }

  /** Shows the gallery of a dataset, turned to the images that are wished for. */
  async open({ workspace, name: dataset }: DatasetRef, wish?: ImageWish): Promise<void> {
    const address = { workspace, dataset };
    const present = this.panels.get(keyOf(address));
    if (present) {
      if (wish) present.gallery.session.show(wish);
      return present.panel.reveal();
    }
    const options = { enableScripts: true, localResourceRoots: [pageRoot(this.parts.extensionUri)] };
    const panel = window.createWebviewPanel(GALLERY_VIEW, galleryTitle(dataset), ViewColumn.Active, options);
    await this.fill(panel, address, wish);
  }

  dispose(): void {
    this.serializer.dispose();
    for (const { panel } of [...this.panels.values()]) panel.dispose();
  }

  private async restore(panel: WebviewPanel, state: unknown): Promise<void> {
    const address = keptState.safeParse(state).data?.address;
    if (!address || this.panels.has(keyOf(address)) || !(await isDatasetThere(address))) return panel.dispose();
    await this.fill(panel, address);
  }

  private async fill(panel: WebviewPanel, address: DatasetAddress, wish?: ImageWish): Promise<void> {
    const gallery = new GalleryPanel(panel, address, this.parts);
    this.panels.set(keyOf(address), { panel, gallery });
    panel.onDidDispose(() => this.panels.delete(keyOf(address)));
    if (wish) gallery.session.show(wish);
    await gallery.ready;
  }
}

const keyOf = ({ workspace, dataset }: DatasetAddress): string => JSON.stringify([workspace, dataset]);
