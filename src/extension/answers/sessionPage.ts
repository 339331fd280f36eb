import type { Disposable, Event, Uri, WebviewPanel } from 'vscode';
import type { PageHandlers, PageMessages, PageMethods } from '../../shared/protocol/page';
import { type DatasetRef, places } from '../../shared/workspace/paths';
import { watchFiles } from '../watchFiles';
import { type Page, pageHtml, tabIcon } from '../webview/page';
import { PanelFiles } from '../webview/panelFiles';
import { type ServedPage, servePage } from '../webview/servePage';
import type { FolderAccess } from '../webview/shownFolders';
import type { AnswersSession, AnswersSurroundings } from './answersSession';
import type { LabelTruth } from './labelTruth';
import { paused } from './pause';

/** An editor writes a file in several steps. */
const FILE_PAUSE_MS = 100;
/** What we have most likely written ourselves is read again later. */
const OWN_FILE_PAUSE_MS = 1_000;

const { dataset, labels, settlements } = places;
/** Files that answers hang on, and their folders, which may come; label files of earlier versions too. */
const answerFiles = [dataset, labels, `${labels}/*.jsonl`, `${labels}/*.json`, settlements, `${settlements}/*.json`];

/** As much of a webview panel as a page of answers needs. */
export type PanelLike = Pick<WebviewPanel, 'title' | 'iconPath' | 'webview' | 'onDidDispose'>;

/** A session as far as its page goes. */
type Answering<S> = AnswersSession<LabelTruth> & { state(): S };

export interface SessionPageParts<M extends PageMethods<M>, S, A extends Answering<S>> {
  readonly extensionUri: Uri;
  readonly access: FolderAccess;
  readonly page: Page;
  /** The dataset, and which of its files the session is about besides those that hold answers. */
  readonly ref: DatasetRef;
  readonly watched: readonly string[];
  /** States that follow each other closely are sent as one. */
  readonly statePause: number;
  makeSession(around: Pick<AnswersSurroundings, 'uriOf' | 'whyHidden' | 'changed'>): A;
  readonly messages: PageMessages<M, S>;
  handlers(session: A): PageHandlers<M>;
  /** A page has come for its first state. */
  asked?(): void;
  /** Word of changes that our own commands make: watchers of files may lose one. */
  readonly datasetsChanged?: Event<unknown>;
  /** Told of everything that fails, for the log. */
  readonly log?: (error: unknown) => void;
}

/** A session in a webview panel: serves its page, watches its files and reads them again. Gone with the panel; disposed, it leaves the panel to another. */
export class SessionPage<M extends PageMethods<M>, S, A extends Answering<S>> implements Disposable {
  readonly session: A;
  /** The files are read while VS Code loads the page. */
  readonly firstReading: Promise<void>;
  private readonly page: ServedPage<S>;
  private readonly files: PanelFiles;
  private readonly sending: ReturnType<typeof paused>;
  private readonly reading = paused(() => void this.session.refresh(), FILE_PAUSE_MS);
  private readonly readingLater = paused(() => void this.session.refresh(), OWN_FILE_PAUSE_MS);
  private readonly parted: Disposable[];
  private gone = false;

  constructor(
    private readonly panel: PanelLike,
    private readonly parts: SessionPageParts<M, S, A>,
  ) {
    const { ref, extensionUri, access, watched, log, datasetsChanged } = parts;
    this.files = new PanelFiles(panel, extensionUri, ref, access, () => this.changed());
    this.session = parts.makeSession({
      uriOf: (path) => this.files.uriOf(path),
      whyHidden: (path) => this.files.whyHidden(path),
      changed: () => this.changed(),
    });
    this.sending = paused(() => this.page.send(this.session.state()), parts.statePause);
    this.page = servePage<M, S>(panel.webview, {
      messages: parts.messages,
      state: async () => {
        await this.firstReading;
        parts.asked?.();
        return this.session.state();
      },
      handlers: parts.handlers(this.session),
      ...(log ? { failed: log } : {}),
    });
    this.parted = [
      panel.onDidDispose(() => this.dispose()),
      this.page,
      this.sending,
      this.reading,
      this.readingLater,
      this.session,
      this.files,
      watchFiles(ref.directory, `{${[...answerFiles, ...watched].join(',')}}`, (path) =>
        (this.session.isOwnWriting(path) ? this.readingLater : this.reading).soon(),
      ),
    ];
    if (datasetsChanged) this.with(datasetsChanged(() => this.readSoon()));
    panel.iconPath = tabIcon(extensionUri);
    panel.title = parts.page.title;
    this.firstReading = this.session.refresh();
  }

  get isGone(): boolean {
    return this.gone;
  }

  /** What goes with the page. */
  with(...parts: readonly Disposable[]): void {
    this.parted.push(...parts);
  }

  dispose(): void {
    this.gone = true;
    for (const part of this.parted.splice(0)) part.dispose();
  }

  /** Has VS Code load the page. */
  async load(): Promise<void> {
    await this.session.truth.findImages(); // the page's roots have to be known before it is loaded
    if (this.gone) return;
    await this.files.allow(this.session.truth.imageFolder);
    if (this.gone) return;
    const { webview } = this.panel;
    webview.html = pageHtml(webview, this.parts.extensionUri, this.parts.page);
  }

  /** Has the files read again soon. */
  readSoon(): void {
    this.reading.soon();
  }

  sendSoon(): void {
    this.sending.soon();
  }

  /** A failure is sent after the state that shows what is on the disk. */
  async truthFirst<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      if (!this.gone) this.sending.now();
      throw error;
    }
  }

  private changed(): void {
    if (this.gone) return;
    void this.files.allow(this.session.truth.imageFolder);
    this.sending.soon();
  }
}
