import type { Browser } from 'playwright-core';
import type { WebviewPanel } from 'vscode';
import type { EngineClient } from '../../../src/extension/engine/engineClient';
import type { ImageWish } from '../../../src/extension/gallery/gallerySession';
import { RoundPanel } from '../../../src/extension/rounds/roundPanel';
import type { DatasetRef } from '../../../src/shared/workspace/paths';
import { anyFolder } from '../../support/anyFolder';
import { openPanel, type PanelOptions, type PanelView } from './panelView';

export interface RoundView extends PanelView {
  /** What the gallery was asked to show. */
  readonly wishes: ImageWish[];
}

/** Opens the page of a round in a browser, and behind it the extension's own side in a panel of ours. */
export async function openRound(
  browser: Browser,
  ref: DatasetRef,
  engine: EngineClient,
  { round = null, ...options }: PanelOptions & { readonly round?: number | null } = {},
): Promise<RoundView> {
  const wishes: ImageWish[] = [];
  const makeHost: Parameters<typeof openPanel>[1]['makeHost'] = (panel, extensionUri) =>
    new RoundPanel(Object.assign(panel, { visible: true }) as unknown as WebviewPanel, ref, round, {
      extensionUri,
      access: anyFolder,
      engine,
      openGallery: async (_ref, wish) => void (wish && wishes.push(wish)),
      failed: () => {},
    });
  const view = await openPanel(browser, { view: 'round', makeHost }, { width: 900, height: 900, ...options });
  return { ...view, wishes };
}
