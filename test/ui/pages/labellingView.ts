import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { LabellingPanel } from '../../../src/extension/labelling/labellingPanel';
import type { Settings } from '../../../src/extension/settings';
import type { FolderAccess } from '../../../src/extension/webview/shownFolders';
import { anyFolder } from '../../support/anyFolder';
import type { Batch } from '../../support/labellingBatch';
import { openPanel, type PanelOptions, type PanelView } from './panelView';

/** Opens the labelling page in a browser, and behind it the extension's own side in a panel of ours. */
export async function openLabelling(
  browser: Browser,
  batch: Batch,
  {
    annotator = 'anna',
    access = anyFolder,
    ...options
  }: PanelOptions & { readonly annotator?: string; readonly access?: FolderAccess } = {},
): Promise<PanelView> {
  await mkdir(join(batch.directory, 'labels'), { recursive: true }); // to be watched
  const address = { workspace: batch.workspace, dataset: 'faces', round: 1 };
  const makeHost: Parameters<typeof openPanel>[1]['makeHost'] = (panel, extensionUri) =>
    new LabellingPanel(panel, address, {
      extensionUri,
      access,
      engine: batch.engine,
      settings: () => ({ annotator, autoAdvance: true, suggestions: false }) as Settings,
    });
  return openPanel(browser, { view: 'labelling', makeHost }, options);
}
