import { commands, type Disposable, type Event, l10n, type Uri, workspace } from 'vscode';
import type { DatasetAddress } from '../../shared/protocol/engine';
import type { GalleryMethods, GalleryState } from '../../shared/protocol/gallery';
import { galleryMessages } from '../../shared/protocol/galleryMessages';
import type { PageHandlers } from '../../shared/protocol/page';
import { type DatasetRef, datasetRef, places } from '../../shared/workspace/paths';
import { annotatorOf } from '../answers/annotator';
import { type PanelLike, SessionPage } from '../answers/sessionPage';
import type { EngineClient } from '../engine/engineClient';
import { type Settings, settingsOf } from '../settings';
import { isolated } from '../text';
import { trusted } from '../trust';
import type { FolderAccess } from '../webview/shownFolders';
import { GallerySession } from './gallerySession';

/** States that follow each other closely are sent as one. */
const STATE_PAUSE_MS = 50;

/** Files that a gallery is made of besides answers. */
const watched = [places.results, `${places.results}/*.json`];

export const galleryTitle = (name: string): string => l10n.t('{0}: Gallery', isolated(name));

export interface GalleryParts {
  readonly extensionUri: Uri;
  readonly access: FolderAccess;
  readonly engine: EngineClient;
  /** Word of changes that our own commands make: watchers of files may lose one. */
  readonly datasetsChanged?: Event<unknown>;
  /** Told of everything that fails, for the log. */
  readonly log?: (error: unknown) => void;
  /** Those of VS Code unless told otherwise. */
  readonly settings?: (ref: DatasetRef) => Settings;
}

/** All images of a dataset in a webview panel; gone with the panel. */
export class GalleryPanel implements Disposable {
  /** Settles when the page is on its way. */
  readonly ready: Promise<void>;
  private readonly page: SessionPage<GalleryMethods, GalleryState, GallerySession>;

  constructor(
    panel: PanelLike,
    address: DatasetAddress,
    { extensionUri, access, engine, log, settings, datasetsChanged }: GalleryParts,
  ) {
    const ref = datasetRef(address.workspace, address.dataset);
    this.page = new SessionPage<GalleryMethods, GalleryState, GallerySession>(panel, {
      extensionUri,
      access,
      page: { name: 'gallery', title: galleryTitle(ref.name) },
      ref,
      watched,
      statePause: STATE_PAUSE_MS,
      makeSession: (around) =>
        new GallerySession(address, ref.directory, {
          ...around,
          engine: trusted(engine),
          annotator: () => annotatorOf((settings ?? settingsOf)(ref).annotator),
        }),
      messages: galleryMessages,
      handlers: (session) => this.handlers(session),
      ...(log ? { log } : {}),
      ...(datasetsChanged ? { datasetsChanged } : {}),
    });
    this.page.with(
      workspace.onDidGrantWorkspaceTrust(() => this.page.readSoon()),
      workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('warmstart.annotator')) this.page.readSoon();
      }),
    );
    this.ready = this.page.load();
  }

  get session(): GallerySession {
    return this.page.session;
  }

  dispose(): void {
    this.page.dispose();
  }

  private handlers(session: GallerySession): PageHandlers<GalleryMethods> {
    return {
      images: () => session.list(),
      predictions: () => session.predicted(),
      suspect: () => session.suspect(),
      suspicions: () => session.suspected(),
      liken: (params) => session.liken(params),
      likeness: () => session.likenesses(),
      compare: () => session.compare(),
      duplicates: () => session.groups(),
      seen: (params) => session.seen(params),
      thumbnails: (params) => session.thumbnails(params),
      picture: (params) => session.picture(params),
      answer: (params) => this.page.truthFirst(session.answer(params)),
      flag: (params) => this.page.truthFirst(session.flag(params)),
      undo: () => this.page.truthFirst(session.undo()),
      dropUnsaved: (params) => session.dropUnsaved(params),
      explainImage: (params) => session.explainImage(params),
      addClass: async () => {
        const { workspace: folder, dataset: name } = this.session.address;
        await commands.executeCommand('warmstart.addClass', datasetRef(folder, name));
        return null;
      },
      openImage: ({ image }) => this.run('warmstart.openImage', image),
      revealImage: ({ image }) => this.run('warmstart.revealImage', image),
    };
  }

  /** The commands get what a picture's menu gives them. */
  private async run(command: string, image: string): Promise<null> {
    await commands.executeCommand(command, { ...this.session.address, image });
    return null;
  }
}
