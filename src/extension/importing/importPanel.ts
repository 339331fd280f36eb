import { basename } from 'node:path';
import { type Disposable, l10n, type Uri, type WebviewPanel } from 'vscode';
import type { ImportMethods, ImportPageState } from '../../shared/protocol/importing';
import { importMessages } from '../../shared/protocol/importMessages';
import { paused } from '../answers/pause';
import type { EngineClient } from '../engine/engineClient';
import { isolated } from '../text';
import { pageHtml, tabIcon } from '../webview/page';
import { type ServedPage, servePage } from '../webview/servePage';
import { type FirstLook, type FolderPlace, ImportSession } from './importSession';
import { importTexts } from './importTexts';
import type { ImportWish } from './importWish';

export interface ImportPanelContext {
  readonly extensionUri: Uri;
  readonly engine: EngineClient;
  /** For the log. */
  readonly failed: (error: unknown) => void;
}

/** Images are opened faster than a person reads. */
const PATIENCE_MS = 250;

export const importTitle = (folder: string): string => l10n.t('Import {0}', isolated(basename(folder)));

/** How a folder would be imported, in an editor tab, until somebody says that it is to be. */
export class ImportPanel implements Disposable {
  /** Settles when the page is on its way. */
  readonly ready = Promise.resolve();
  private readonly disposables: Disposable[];
  private readonly page: ServedPage<ImportPageState>;
  private readonly refreshing = paused(() => this.refresh(), PATIENCE_MS);
  private readonly session: ImportSession;

  constructor(
    readonly panel: WebviewPanel,
    private readonly at: FolderPlace,
    first: FirstLook,
    context: ImportPanelContext & {
      /** Gets what an import is to be told; undefined when nothing is to be imported. */
      readonly decided: (wish: ImportWish | undefined) => void;
    },
  ) {
    const { extensionUri, engine, failed, decided } = context;
    this.session = new ImportSession(engine, at, first, () => this.refreshing.soon());
    panel.iconPath = tabIcon(extensionUri);
    panel.title = importTitle(at.folder);
    this.page = servePage<ImportMethods, ImportPageState>(panel.webview, {
      messages: importMessages,
      state: () => this.state(),
      handlers: {
        choose: ({ choices }) => {
          this.session.choose(choices);
          return null;
        },
        import: async ({ choices }) => {
          decided(await this.session.wish(choices));
          return null;
        },
        cancel: () => {
          decided(undefined);
          return null;
        },
      },
      failed,
    });
    this.disposables = [this.page, this.refreshing, this.session];
    panel.webview.html = pageHtml(panel.webview, extensionUri, { name: 'importing', title: panel.title });
    this.session.lookAtImages();
  }

  private refresh(): void {
    // A hidden page is gone; it asks again when it is shown.
    if (this.panel.visible) this.page.send(this.state());
  }

  private state(): ImportPageState {
    return { ...this.session.state, name: basename(this.at.folder), texts: importTexts() };
  }

  dispose(): void {
    for (const disposable of this.disposables) disposable.dispose();
  }
}
