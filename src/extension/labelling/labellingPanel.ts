import { commands, type Disposable, type Event, l10n, type Uri, type WebviewPanelOptions, workspace } from 'vscode';
import type { BatchAddress, LabellingMethods, LabellingState } from '../../shared/protocol/labelling';
import { labellingMessages } from '../../shared/protocol/labellingMessages';
import type { PageHandlers } from '../../shared/protocol/page';
import { type DatasetRef, datasetRef, places } from '../../shared/workspace/paths';
import { annotatorOf } from '../answers/annotator';
import { paused } from '../answers/pause';
import { type PanelLike, SessionPage } from '../answers/sessionPage';
import type { EngineClient } from '../engine/engineClient';
import { type Settings, settingsOf } from '../settings';
import { isolated } from '../text';
import { mark } from '../trace';
import type { FolderAccess } from '../webview/shownFolders';
import { LabellingSession } from './session';

/** Pages that stay hidden give their memory back; they load again when shown. */
export const PANEL_OPTIONS: WebviewPanelOptions = { retainContextWhenHidden: false };

/** States that follow each other closely are sent as one. */
const STATE_PAUSE_MS = 25;
/** The page is drawn first; nobody answers sooner. */
const WARM_UP_PAUSE_MS = 500;

/** Files that a batch is made of besides answers. */
const watched = [places.rounds, `${places.rounds}/*.json`, places.repeats, `${places.repeats}/labels/*.jsonl`];

export interface PanelParts {
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

/** A batch in a webview panel, which it fills at the given image or where it was left; gone with the panel. */
export class LabellingPanel implements Disposable {
  /** Settles when the page is on its way. */
  readonly ready: Promise<void>;
  private readonly ref: DatasetRef;
  private readonly page: SessionPage<LabellingMethods, LabellingState, LabellingSession>;
  private readonly warmingUp = paused(() => this.warmUp(), WARM_UP_PAUSE_MS);

  constructor(
    panel: PanelLike,
    address: BatchAddress,
    private readonly parts: PanelParts,
    image?: string,
  ) {
    this.ref = datasetRef(address.workspace, address.dataset);
    const { directory, name } = this.ref;
    const { extensionUri, access, engine, log, datasetsChanged } = parts;
    this.page = new SessionPage<LabellingMethods, LabellingState, LabellingSession>(panel, {
      extensionUri,
      access,
      page: { name: 'labelling', title: l10n.t('Label {0}: Round {1}', isolated(name), address.round) },
      ref: this.ref,
      watched,
      statePause: STATE_PAUSE_MS,
      makeSession: (around) =>
        new LabellingSession(address, directory, {
          ...around,
          engine,
          annotator: () => annotatorOf(this.settings.annotator),
          autoAdvance: () => this.settings.autoAdvance,
        }),
      messages: labellingMessages,
      handlers: (session) => this.handlers(session),
      asked: () => this.warmingUp.soon(),
      ...(log ? { log } : {}),
      ...(datasetsChanged ? { datasetsChanged } : {}),
    });
    this.page.with(
      this.warmingUp,
      workspace.onDidChangeConfiguration((change) => this.configured((key) => change.affectsConfiguration(key))),
    );
    this.ready = this.fill(image);
  }

  get session(): LabellingSession {
    return this.page.session;
  }

  dispose(): void {
    this.page.dispose();
  }

  private get settings(): Settings {
    return (this.parts.settings ?? settingsOf)(this.ref);
  }

  private async fill(image: string | undefined): Promise<void> {
    const { page, session } = this;
    await page.load();
    if (page.isGone) return;
    mark('page');
    if (image !== undefined) session.show(image);
    await page.firstReading;
    if (page.isGone) return;
    session.state(); // makes the addresses of all images while the page is being loaded
    // the engine may not be started in a folder that is not trusted, and of a finished batch nothing is asked any more
    if (this.settings.suggestions && workspace.isTrusted && !session.finished) session.suggest({ on: true });
  }

  private handlers(session: LabellingSession): PageHandlers<LabellingMethods> {
    return {
      answer: (params) => this.page.truthFirst(session.answer(params)),
      flag: (params) => this.page.truthFirst(session.flag(params)),
      undo: () => this.page.truthFirst(session.undo()),
      dropUnsaved: (params) => session.dropUnsaved(params),
      suggest: (params) => session.suggest(params),
      explainImage: (params) => session.explainImage(params),
      openImage: async ({ image }) => {
        // the command gets what a picture's menu gives it
        await commands.executeCommand('warmstart.openImage', { ...session.address, image });
        return null;
      },
      runRound: () => this.run('warmstart.runRound'),
      showChart: () => this.run('warmstart.showCurve'),
      addClass: () => this.run('warmstart.addClass'),
    };
  }

  /** Commands get the dataset that the panel shows, as the tree gives it to them. */
  private async run(command: string): Promise<null> {
    await commands.executeCommand(command, this.ref);
    return null;
  }

  /** The first answer would wait for the engine otherwise. */
  private warmUp(): void {
    if (workspace.isTrusted && !this.session.finished) this.parts.engine.warmUp();
  }

  private configured(affects: (key: string) => boolean): void {
    if (affects('warmstart.annotator')) this.page.readSoon();
    if (affects('warmstart.labelling.autoAdvance')) this.page.sendSoon();
    if (affects('warmstart.labelling.suggestions')) this.session.suggest({ on: this.settings.suggestions });
  }
}
