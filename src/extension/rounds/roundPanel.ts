import { commands, type Disposable, l10n, Uri, type WebviewPanel, window } from 'vscode';
import type { RoundMethods, RoundPageState } from '../../shared/protocol/round';
import { roundMessages } from '../../shared/protocol/roundMessages';
import { haveClasses } from '../../shared/resultClasses';
import { roundFigures } from '../../shared/roundFigures';
import { datasetFile } from '../../shared/schema/dataset';
import type { ResultsFile } from '../../shared/schema/results';
import { type DatasetRef, placeIn, places } from '../../shared/workspace/paths';
import { imageFolder } from '../answers/datasetFiles';
import { paused } from '../answers/pause';
import { JsonFiles } from '../datasets/jsonFile';
import type { EngineClient } from '../engine/engineClient';
import type { ImageWish } from '../gallery/gallerySession';
import { isolated, numberText } from '../text';
import { trusted } from '../trust';
import { watchFiles } from '../watchFiles';
import { pageHtml, tabIcon } from '../webview/page';
import { PanelFiles } from '../webview/panelFiles';
import { type ServedPage, servePage } from '../webview/servePage';
import type { FolderAccess } from '../webview/shownFolders';
import { type MeasuredRounds, readRounds } from './readRounds';
import { roundTexts } from './roundTexts';
import { SuspiciousList } from './suspiciousList';

export interface RoundPanelContext {
  readonly extensionUri: Uri;
  readonly access: FolderAccess;
  readonly engine: EngineClient;
  readonly openGallery: (ref: DatasetRef, wish?: ImageWish) => Promise<void>;
  /** For the log. */
  readonly failed: (error: unknown) => void;
}

/** Files that the page is made of. */
const { dataset, results } = places;
const watched = `{${dataset},${results},${results}/*.json}`;
/** A training or `git checkout` writes many files at once; they are read together. */
const PATIENCE_MS = 150;

export const roundTitle = (name: string): string => l10n.t('{0}: Results', isolated(name));

/** What the rounds of a dataset were measured to do, in an editor tab that follows the files on disk. */
export class RoundPanel implements Disposable {
  /** Settles when the page is on its way. */
  readonly ready: Promise<void>;
  private readonly disposables: Disposable[];
  private readonly page: ServedPage<RoundPageState>;
  private readonly refreshing = paused(() => void this.refresh(), PATIENCE_MS);
  private readonly suspicious: SuspiciousList;
  private readonly engine: EngineClient;
  private readonly files: PanelFiles;
  private readonly json = new JsonFiles();
  private measured: MeasuredRounds | null = null;
  /** The newest training that suspicious labels were looked for after. */
  private looked: string | null = null;
  private isGone = false;

  constructor(
    readonly panel: WebviewPanel,
    private readonly ref: DatasetRef,
    private round: number | null,
    private readonly context: RoundPanelContext,
  ) {
    const { extensionUri, access, failed } = context;
    this.engine = trusted(context.engine);
    panel.iconPath = tabIcon(extensionUri);
    panel.title = roundTitle(ref.name);
    this.files = new PanelFiles(panel, extensionUri, ref, access, () => void this.suspicious.load());
    this.suspicious = new SuspiciousList(this.engine, ref, {
      uriOf: (path) => this.files.uriOf(path),
      changed: () => void this.refresh(),
    });
    this.page = servePage<RoundMethods, RoundPageState>(panel.webview, {
      messages: roundMessages,
      state: () => this.state(),
      handlers: {
        show: async (params) => {
          await this.show(params.round);
          return null;
        },
        openCell: (params) => this.openCell(params),
        openSuspicious: async ({ image }) => this.openSuspicious(image),
        suspect: () => this.suspect(),
        // These take as long as the work does; the page does not wait for them.
        train: () => this.start('warmstart.train'),
        runRound: () => this.start('warmstart.runRound'),
        openFile: async ({ file }) => {
          if (!this.measured?.problems.some((problem) => problem.file === file))
            throw new Error(l10n.t('This file is no longer damaged; look at the page again.'));
          await window.showTextDocument(Uri.file(file));
          return null;
        },
      },
      failed,
    });
    this.disposables = [
      this.page,
      this.refreshing,
      this.suspicious,
      this.files,
      watchFiles(ref.directory, watched, () => this.refreshing.soon()),
    ];
    this.ready = this.fill();
  }

  /** The page's roots have to be known before it is loaded. */
  private async fill(): Promise<void> {
    const { panel, ref, context } = this;
    const read = await this.json.read(placeIn(ref.directory, places.dataset), datasetFile);
    if (this.isGone) return;
    await this.files.allow(read.kind === 'value' ? imageFolder(ref.directory, read.value) : null);
    if (this.isGone) return;
    panel.webview.html = pageHtml(panel.webview, context.extensionUri, { name: 'round', title: panel.title });
  }

  /** Shows another round; null: the newest. */
  async show(round: number | null): Promise<void> {
    this.round = round;
    await this.refresh();
  }

  private async refresh(): Promise<void> {
    // A hidden page is gone; it asks again when it is shown.
    if (this.isGone || !this.panel.visible) return;
    try {
      this.page.send(await this.state());
    } catch (error) {
      this.context.failed(error);
    }
  }

  private async state(): Promise<RoundPageState> {
    const { ref, round } = this;
    const measured = await readRounds(ref, this.json);
    this.measured = measured;
    const newest = measured.results.at(-1);
    if (newest) this.lookAfter(`${newest.round} ${newest.labels} ${measured.digest}`);
    const shown = round === null ? newest : measured.results.find((one) => one.round === round);
    return {
      address: { workspace: ref.workspace, dataset: ref.name },
      exists: measured.exists,
      rounds: measured.results.map((one) => one.round),
      round,
      figures: shown ? roundFigures(shown) : null,
      older: shown !== undefined && isOlder(shown, measured),
      suspicious: this.suspicious.state,
      problems: measured.problems,
      texts: roundTexts(),
    };
  }

  /** Looks for suspicious labels once after each training. */
  private lookAfter(training: string): void {
    if (this.looked === training) return;
    this.looked = training;
    void this.suspicious.load();
  }

  private suspect(): null {
    void this.suspicious.load();
    return null;
  }

  private async openCell({
    round,
    label,
    predicted,
  }: RoundMethods['openCell']['params']): Promise<RoundMethods['openCell']['result']> {
    const { ref } = this;
    const address = { workspace: ref.workspace, dataset: ref.name };
    const { images } = await this.engine.run('roundImages', { ...address, round, label, predicted }, {});
    const title =
      label === predicted
        ? l10n.t('Round {0}: {1} recognised', numberText(round), isolated(label))
        : l10n.t('Round {0}: {1} taken for {2}', numberText(round), isolated(label), isolated(predicted));
    await this.context.openGallery(ref, { title, images });
    return { images: images.length };
  }

  private async openSuspicious(image: string | null): Promise<null> {
    const images = this.suspicious.images;
    const wish = { title: l10n.t('Suspicious labels'), images, sort: 'suspicion' as const };
    await this.context.openGallery(this.ref, { ...wish, ...(image === null ? {} : { image }) });
    return null;
  }

  /** The command tells by itself how it goes. */
  private start(command: string): null {
    commands.executeCommand(command, this.ref).then(undefined, this.context.failed);
    return null;
  }

  dispose(): void {
    this.isGone = true;
    for (const disposable of this.disposables) disposable.dispose();
  }
}

/** Whether results are of other images, or other classes, than the dataset has now. */
const isOlder = (shown: ResultsFile, { digest, classes }: MeasuredRounds): boolean =>
  digest !== null && (shown.dataset.digest !== digest || !haveClasses(shown, classes));
