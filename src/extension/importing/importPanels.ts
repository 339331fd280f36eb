import { type Disposable, ViewColumn, window } from 'vscode';
import { trusted } from '../trust';
import { pageRoot } from '../webview/page';
import { ImportPanel, type ImportPanelContext, importTitle } from './importPanel';
import type { FirstLook, FolderPlace } from './importSession';
import type { ImportWish } from './importWish';

/** Not restored after a reload of the window: it is a question, and nothing was done yet. */
const IMPORT_VIEW = 'warmstart.import';

/** The pages that show how folders would be imported: at most one a folder. */
export class ImportPanels implements Disposable {
  private readonly pages = new Map<string, ImportPanel>();

  constructor(private readonly context: ImportPanelContext) {}

  /** Shows a folder until somebody has decided; undefined when it is not to be imported. */
  review(at: FolderPlace, first: FirstLook): Promise<ImportWish | undefined> {
    this.pages.get(at.folder)?.panel.dispose();
    const { context } = this;
    const options = { enableScripts: true, localResourceRoots: [pageRoot(context.extensionUri)] };
    const panel = window.createWebviewPanel(IMPORT_VIEW, importTitle(at.folder), ViewColumn.Active, options);
    return new Promise((resolve) => {
      const page = new ImportPanel(panel, at, first, {
        ...context,
        engine: trusted(context.engine),
        decided: (wish) => {
          resolve(wish);
          panel.dispose();
        },
      });
      this.pages.set(at.folder, page);
      panel.onDidDispose(() => {
        this.pages.delete(at.folder);
        page.dispose();
        resolve(undefined);
      });
    });
  }

  dispose(): void {
    for (const { panel } of [...this.pages.values()]) panel.dispose();
  }
}
