import {
  commands,
  type Disposable,
  l10n,
  type Uri,
  type WebviewPanel,
  type WebviewPanelOptions,
  workspace,
} from 'vscode';
import type { BatchAddress, LabellingMethods, LabellingState } from '../../shared/protocol/labelling';
import type { PageHandlers } from '../../shared/protocol/page';
import { type DatasetRef, datasetRef, places } from '../../shared/workspace/paths';
import { annotatorOf } from '../answers/annotator';
import { paused } from '../answers/pause';
import type { EngineClient } from '../engine/engineClient';
import { type Settings, settingsOf } from '../settings';
import { isolated } from '../text';
import { mark } from '../trace';
import { watchFiles } from '../watchFiles';
import { pageHtml, tabIcon } from '../webview/page';
import { PanelFiles } from '../webview/panelFiles';
import { type ServedPage, servePage } from '../webview/servePage';
import { LabellingSession } from './session';

/** Pages that stay hidden give their memory back; they load again when shown. */
export const PANEL_OPTIONS: WebviewPanelOptions = { retainContextWhenHidden: false };

/** States that follow each other closely are sent as one. */
const STATE_PAUSE_MS = 25;
/** An editor writes a file in several steps. */
const FILE_PAUSE_MS = 100;
/** What we have most likely written ourselves is read again later. */
const OWN_FILE_PAUSE_MS = 1_000;
/** The page is drawn first; nobody answers sooner. */
const WARM_UP_PAUSE_MS = 500;

/** Files that a batch is made of. */
const { dataset, labels, rounds, settlements } = places;
const watched = `{${dataset},${labels},${labels}/*.json,${settlements},${settlements}/*.json,${rounds},${rounds}/*.json}`;

/** As much of a webview panel as a batch needs. */
export type PanelLike = Pick<WebviewPanel, 'title' | 'iconPath' | 'webview' | 'onDidDispose'>;

export interface PanelParts {
  readonly extensionUri: Uri;
  readonly engine: EngineClient;
  /** Told of everything that fails, for the log. */
  readonly log?: (error: unknown) => void;
  /** Those of VS Code unless told otherwise. */
  readonly settings?: (ref: DatasetRef) => Settings;
}

/**
 * A batch in a webview panel, which it fills at the given image or where it was left; gone with the panel. Disposed, it leaves
 * the panel to another.
 */
export class LabellingPanel implements Disposable {
  readonly session: LabellingSession;
  /** Settles when the page is on its way. */
  readonly ready: Promise<void>;
  private readonly ref: DatasetRef;
  private readonly page: ServedPage<LabellingState>;
  private readonly sending = paused(() => this.page.send(this.session.state()), STATE_PAUSE_MS);
  private readonly reading = paused(() => void this.session.refresh(), FILE_PAUSE_MS);
  private readonly readingLater = paused(() => void this.session.refresh(), OWN_FILE_PAUSE_MS);
  private readonly warmingUp = paused(() => this.warmUp(), WARM_UP_PAUSE_MS);
  private readonly parted: Disposable[];
  private readonly files: PanelFiles;
  /** The files are read while VS Code loads the page. */
  private readonly firstReading: Promise<void>;
  private gone = false;

  constructor(
    private readonly panel: PanelLike,
    address: BatchAddress,
    private readonly parts: PanelParts,
    image?: string,
  ) {
    this.ref = datasetRef(address.workspace, address.dataset);
    const { directory, name } = this.ref;
    this.files = new PanelFiles(panel, parts.extensionUri, directory);
    this.session = new LabellingSession(address, directory, {
      engine: parts.engine,
      annotator: () => annotatorOf(this.settings.annotator),
      autoAdvance: () => this.settings.autoAdvance,
      uriOf: (path) => this.files.uriOf(path),
      changed: () => this.changed(),
    });
    this.page = servePage<LabellingMethods, LabellingState>(panel.webview, {
      state: async () => {
        await this.firstReading;
        this.warmingUp.soon();
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
      this.warmingUp,
      this.session,
      workspace.onDidChangeConfiguration((change) => this.configured((key) => change.affectsConfiguration(key))),
      watchFiles(directory, watched, (path) =>
        (this.session.isOwnWriting(path) ? this.readingLater : this.reading).soon(),
      ),
    ];
    panel.iconPath = tabIcon(parts.extensionUri);
    panel.title = l10n.t('Label {0}: Round {1}', isolated(name), address.round);
    this.firstReading = this.session.refresh();
    this.ready = this.fill(image);
  }

  dispose(): void {
    this.gone = true;
    for (const part of this.parted.splice(0)) part.dispose();
  }

  private get settings(): Settings {
    return (this.parts.settings ?? settingsOf)(this.ref);
  }

  private async fill(image: string | undefined): Promise<void> {
    const { panel, session } = this;
    await session.truth.findImages(); // the page's roots have to be known before it is loaded
    if (this.gone) return;
    this.files.allow(this.session.truth.imageFolder);
    panel.webview.html = pageHtml(panel.webview, this.parts.extensionUri, { name: 'labelling', title: panel.title });
    mark('page');
    if (image !== undefined) session.show(image);
    await this.firstReading;
    if (this.gone) return;
    session.state(); // makes the addresses of all images while the page is being loaded
    // the engine may not be started in a folder that is not trusted, and of a finished batch nothing is asked any more
    if (this.settings.suggestions && workspace.isTrusted && !session.finished) session.suggest({ on: true });
  }

  private handlers(): PageHandlers<LabellingMethods> {
    const { session } = this;
    return {
      answer: (params) => this.truthFirst(session.answer(params)),
      flag: (params) => this.truthFirst(session.flag(params)),
      undo: () => this.truthFirst(session.undo()),
      dropUnsaved: (params) => session.dropUnsaved(params),
      suggest: (params) => session.suggest(params),
      explainImage: (params) => session.explainImage(params),
      runRound: () => this.run('warmstart.runRound'),
      showChart: () => this.run('warmstart.showCurve'),
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

  /** Commands get the dataset that the panel shows, as the tree gives it to them. */
  private async run(command: string): Promise<null> {
    await commands.executeCommand(command, this.ref);
    return null;
  }

  private changed(): void {
    if (this.gone) return;
    this.files.allow(this.session.truth.imageFolder);
    this.sending.soon();
  }

  /** The first answer would wait for the engine otherwise. */
  private warmUp(): void {
    if (workspace.isTrusted && !this.session.finished) this.parts.engine.warmUp();
  }

  private configured(affects: (key: string) => boolean): void {
    if (affects('warmstart.annotator')) this.reading.soon();
    if (affects('warmstart.labelling.autoAdvance')) this.sending.soon();
    if (affects('warmstart.labelling.suggestions')) this.session.suggest({ on: this.settings.suggestions });
  }
}
