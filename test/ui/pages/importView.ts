import type { Browser } from 'playwright-core';
import type { WebviewPanel } from 'vscode';
import type { EngineClient } from '../../../src/extension/engine/engineClient';
import { ImportPanel } from '../../../src/extension/importing/importPanel';
import { type FolderPlace, firstLook } from '../../../src/extension/importing/importSession';
import type { ImportWish } from '../../../src/extension/importing/importWish';
import { openPanel, type PanelOptions, type PanelView } from './panelView';

export interface ImportView extends PanelView {
  /** What was decided, in order; undefined: not to import. */
  readonly decided: (ImportWish | undefined)[];
}

/** Opens the page of an import in a browser, and behind it the extension's own side in a panel of ours. */
export async function openImport(
  browser: Browser,
  at: FolderPlace,
  engine: EngineClient,
  options: PanelOptions = {},
): Promise<ImportView> {
  const decided: (ImportWish | undefined)[] = [];
  const first = await firstLook(engine.run.bind(engine), at);
  const makeHost: Parameters<typeof openPanel>[1]['makeHost'] = (panel, extensionUri) =>
    new ImportPanel(Object.assign(panel, { visible: true }) as unknown as WebviewPanel, at, first, {
      extensionUri,
      engine,
      failed: () => {},
      decided: (wish) => void decided.push(wish),
    });
  const view = await openPanel(browser, { view: 'importing', makeHost }, { width: 900, height: 1000, ...options });
  return { ...view, decided };
}
