import type { Browser } from 'playwright-core';
import { GalleryPanel } from '../../../src/extension/gallery/galleryPanel';
import type { Settings } from '../../../src/extension/settings';
import { anyFolder } from '../../support/anyFolder';
import type { GalleryFolder } from '../../support/galleryFolder';
import { openPanel, type PanelOptions, type PanelView } from './panelView';

/** Opens the gallery's page in a browser, and behind it the extension's own side in a panel of ours. */
export function openGallery(
  browser: Browser,
  folder: GalleryFolder,
  { annotator = 'anna', ...options }: PanelOptions & { readonly annotator?: string } = {},
): Promise<PanelView> {
  const address = { workspace: folder.workspace, dataset: 'faces' };
  const makeHost: Parameters<typeof openPanel>[1]['makeHost'] = (panel, extensionUri) =>
    new GalleryPanel(panel, address, {
      extensionUri,
      access: anyFolder,
      engine: folder.engine,
      settings: () => ({ annotator }) as Settings,
    });
  return openPanel(browser, { view: 'gallery', makeHost }, { width: 900, height: 760, ...options });
}
