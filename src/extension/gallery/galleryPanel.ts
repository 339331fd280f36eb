import { commands, type Disposable, l10n, type Uri, type WebviewPanel, workspace } from 'vscode';
import type { DatasetAddress } from '../../shared/protocol/engine';
import type { GalleryMethods, GalleryState } from '../../shared/protocol/gallery';
import type { PageHandlers } from '../../shared/protocol/page';
import { type DatasetRef, datasetRef, places } from '../../shared/workspace/paths';
import { annotatorOf } from '../answers/annotator';
import { paused } from '../answers/pause';
import type { EngineClient } from '../engine/engineClient';
import { type Settings, settingsOf } from '../settings';
import { isolated } from '../text';
import { trusted } from '../trust';
import { watchFiles } from '../watchFiles';
import { pageHtml, tabIcon } from '../webview/page';
import { PanelFiles } from '../webview/panelFiles';
import { type ServedPage, servePage } from '../webview/servePage';
import { GallerySession } from './gallerySession';

/** States that follow each other closely are sent as one. */
const STATE_PAUSE_MS = 50;
/** An editor writes a file in several steps. */
const FILE_PAUSE_MS = 100;
/** What we have most likely written ourselves is read again later. */
const OWN_FILE_PAUSE_MS = 1_000;

/** Files that a gallery is made of. */
const { dataset, labels, results, settlements } = places;
const watched = `{${dataset},${labels},${labels}/*.json,${settlements},${settlements}/*.json,${results},${results}/*.json}`;

export const galleryTitle = (name: string): string => l10n.t('{0}: Gallery', isolated(name));

/** As much of a webview panel as a gallery needs. */
export type GalleryPanelLike = Pick<WebviewPanel, 'title' | 'iconPath' | 'webview' | 'onDidDispose'>;

export interface GalleryParts {
  readonly extensionUri: Uri;
  readonly engine: EngineClient;
  /** Told of everything that fails, for the log. */
  readonly log?: (error: unknown) => void;
  /** Those of VS Code unless told otherwise. */
  readonly settings?: (ref: DatasetRef) => Settings;
}

/** All images of a dataset in a webview panel; gone with the panel. */
export class GalleryPanel implements Disposable {
  readonly session: GallerySession;
  /** Settles when the page is on its way. */
  readonly ready: Promise<void>;
  private readonly ref: DatasetRef;
  private readonly files: PanelFiles;
  private readonly page: ServedPage<GalleryState>;
  private readonly sending = paused(() => this.page.send(this.session.state()), STATE_PAUSE_MS);
  private readonly reading = paused(() => void this.session.refresh(), FILE_PAUSE_MS);
  private readonly readingLater = paused(() => void this.session.refresh(), OWN_FILE_PAUSE_MS);
  private readonly parted: Disposable[];
  private readonly firstReading: Promise<void>;
  private gone = false;

  constructor(
    private readonly panel: GalleryPanelLike,
    address: DatasetAddress,
    private readonly parts: GalleryParts,
  ) {
    this.ref = datasetRef(address.workspace, address.dataset);
    const { directory, name } = this.ref;
    this.files = new PanelFiles(panel, parts.extensionUri, directory);
    this.session = new GallerySession(address, directory, {
      engine: trusted(parts.engine),
      annotator: () => annotatorOf((parts.settings ?? settingsOf)(this.ref).annotator),
      uriOf: (path) => this.files.uriOf(path),
      changed: () => this.changed(),
    });
    this.page = servePage<GalleryMethods, GalleryState>(panel.webview, {
      state: async () => {
        await this.firstReading;
        return this.session.state();
      },
      handlers: this.handlers(),
      ...(parts.log ? { failed: parts.log } : {}),
    });
    this.parted = [
      panel.onDidDispose(() => this.dispose()),
      this.page,
      this.sending,
      this.reading,
      this.readingLater,
      this.session,
      workspace.onDidGrantWorkspaceTrust(() => this.reading.soon()),
      workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('warmstart.annotator')) this.reading.soon();
      }),
      watchFiles(directory, watched, (path) =>
        (this.session.isOwnWriting(path) ? this.readingLater : this.reading).soon(),
      ),
    ];
    panel.iconPath = tabIcon(parts.extensionUri);
    panel.title = galleryTitle(name);
    this.firstReading = this.session.refresh();
    this.ready = this.fill();
  }

  dispose(): void {
    this.gone = true;
    for (const part of this.parted.splice(0)) part.dispose();
  }

  private async fill(): Promise<void> {
    const { panel, session } = this;
    await session.truth.findImages(); // the page's roots have to be known before it is loaded
    if (this.gone) return;
    this.files.allow(session.truth.imageFolder);
    panel.webview.html = pageHtml(panel.webview, this.parts.extensionUri, { name: 'gallery', title: panel.title });
  }

  private handlers(): PageHandlers<GalleryMethods> {
    const { session } = this;
    return {
      images: () => session.list(),
      predictions: () => session.predicted(),
      suspect: () => session.suspect(),
      suspicions: () => session.suspected(),
      thumbnails: (params) => session.thumbnails(params),
      picture: (params) => session.picture(params),
      answer: (params) => this.truthFirst(session.answer(params)),
      undo: () => this.truthFirst(session.undo()),
      dropUnsaved: (params) => session.dropUnsaved(params),
      explainImage: (params) => session.explainImage(params),
      openImage: ({ image }) => this.run('warmstart.openImage', image),
      revealImage: ({ image }) => this.run('warmstart.revealImage', image),
    };
  }

  /** A failure is sent after the state that shows what is on the disk. */
  private async truthFirst<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      if (!this.gone) this.sending.now();
      throw error;
    }
  }

  /** The commands get what a picture's menu gives them. */
  private async run(command: string, image: string): Promise<null> {
    await commands.executeCommand(command, { ...this.session.address, image });
    return null;
  }

  private changed(): void {
    if (this.gone) return;
    this.files.allow(this.session.truth.imageFolder);
    this.sending.soon();
  }
}
