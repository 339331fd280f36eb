import { commands, type Disposable, l10n, Uri, type WebviewPanel, type WebviewPanelOptions, workspace } from 'vscode';
import type { BatchAddress, LabellingMethods, LabellingState } from '../../shared/protocol/labelling';
import { datasetRef, placeIn, places } from '../../shared/workspace/paths';
import type { EngineClient } from '../engine/engineClient';
import { settingsOf } from '../settings';
import { isolated } from '../text';
import { mark } from '../trace';
import { watchFiles } from '../watchFiles';
import { pageHtml, pageRoot, tabIcon } from '../webview/page';
import { servePage } from '../webview/servePage';
import { annotatorOf } from './annotator';
import { LabellingSession } from './labellingSession';

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

export interface PanelParts {
  readonly extensionUri: Uri;
  readonly engine: EngineClient;
  readonly log?: (error: unknown) => void;
}

/** A batch in a panel. Disposed, it leaves the panel to another. */
export interface FilledPanel extends Disposable {
  readonly session: LabellingSession;
  /** Settles when the page is on its way. */
  readonly ready: Promise<void>;
}

/** Fills a webview panel with a batch, at the given image or where it was left; gone with the panel. */
export function fillPanel(panel: WebviewPanel, address: BatchAddress, parts: PanelParts, image?: string): FilledPanel {
  const { extensionUri, engine } = parts;
  const ref = datasetRef(address.workspace, address.dataset);
  const { directory } = ref;
  const open: Disposable[] = [];
  let gone = false;
  const dispose = () => {
    gone = true;
    for (const part of open.splice(0)) part.dispose();
  };
  open.push(panel.onDidDispose(dispose));

  const uris = new Map<string, string>();
  const send = paused(() => page.send(session.state()), STATE_PAUSE_MS);
  const session = new LabellingSession(address, directory, {
    engine,
    annotator: () => annotatorOf(settingsOf(address).annotator),
    autoAdvance: () => settingsOf(address).autoAdvance,
    uriOf: (path) => {
      const known = uris.get(path) ?? panel.webview.asWebviewUri(Uri.file(path)).toString();
      uris.set(path, known);
      return known;
    },
    changed: () => {
      if (gone) return;
      allowImages();
      send.soon();
    },
  });
  let allowed: string | null | undefined;
  const allowImages = () => {
    if (allowed === session.imageFolder) return;
    allowed = session.imageFolder;
    panel.webview.options = {
      enableScripts: true,
      localResourceRoots: [
        pageRoot(extensionUri),
        Uri.joinPath(extensionUri, 'media'),
        Uri.file(placeIn(directory, places.cache)),
        ...(allowed === null ? [] : [Uri.file(allowed)]),
      ],
    };
  };
  /** A failure is sent after the state that shows what is on the disk. */
  const truthFirst = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      if (!gone) send.now();
      throw error;
    }
  };
  const page = servePage<LabellingMethods, LabellingState>(panel.webview, {
    state: async () => {
      await read; // the files are read while VS Code loads the page
      warmUp.soon();
      return session.state();
    },
    handlers: {
      answer: (params) => truthFirst(session.answer(params)),
      flag: (params) => truthFirst(session.flag(params)),
      undo: () => truthFirst(session.undo()),
      dropUnsaved: (params) => session.dropUnsaved(params),
      suggest: (params) => session.suggest(params),
      explainImage: (params) => session.explainImage(params),
      runRound: () => run('warmstart.runRound', address),
      showChart: () => run('warmstart.showCurve', address),
    },
    ...(parts.log ? { failed: parts.log } : {}),
  });
  const refresh = paused(() => void session.refresh(), FILE_PAUSE_MS);
  const warmUp = paused(() => {
    if (workspace.isTrusted && !session.finished) engine.warmUp(); // or the first answer would wait for it
  }, WARM_UP_PAUSE_MS);
  const refreshLater = paused(() => void session.refresh(), OWN_FILE_PAUSE_MS);
  open.push(
    page,
    send,
    refresh,
    refreshLater,
    warmUp,
    session,
    workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('warmstart.annotator')) refresh.soon();
      if (change.affectsConfiguration('warmstart.labelling.autoAdvance')) send.soon();
      if (change.affectsConfiguration('warmstart.labelling.suggestions'))
        session.suggest({ on: settingsOf(address).suggestions });
    }),
    watchFiles(directory, '{dataset.json,labels,labels/*.json,rounds,rounds/*.json}', (path) =>
      (session.isOwnWriting(path) ? refreshLater : refresh).soon(),
    ),
  );

  panel.iconPath = tabIcon(extensionUri);
  panel.title = l10n.t('Label {0}: Round {1}', isolated(address.dataset), address.round);
  const fill = async () => {
    await session.findImages(); // the page's roots have to be known before it is loaded
    if (gone) return;
    allowImages();
    panel.webview.html = pageHtml(panel.webview, extensionUri, { name: 'labelling', title: panel.title });
    mark('page');
    if (image !== undefined) session.show(image);
    await read;
    if (gone) return;
    session.state(); // makes the addresses of all images while the page is being loaded
    // the engine may not be started in a folder that is not trusted, and of a finished batch nothing is asked any more
    if (settingsOf(address).suggestions && workspace.isTrusted && !session.finished) session.suggest({ on: true });
  };
  const read = session.refresh();
  return { session, ready: fill(), dispose };
}

/** Commands get the dataset that the panel shows, as the tree gives it to them. */
async function run(command: string, { workspace: folder, dataset }: BatchAddress): Promise<null> {
  await commands.executeCommand(command, datasetRef(folder, dataset));
  return null;
}

/** Calls `work` at once, or once after a pause for all calls of `soon` in it. */
function paused(work: () => void, pause: number) {
  let timer: NodeJS.Timeout | undefined;
  const now = () => {
    clearTimeout(timer);
    timer = undefined;
    work();
  };
  return {
    now,
    soon: () => {
      timer ??= setTimeout(now, pause);
    },
    dispose: () => clearTimeout(timer),
  };
}
