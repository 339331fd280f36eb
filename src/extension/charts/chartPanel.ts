import { commands, type Disposable, env, l10n, Uri, type WebviewPanel, window } from 'vscode';
import { chartMessages } from '../../shared/protocol/chartMessages';
import type { ChartMethods, ChartsState } from '../../shared/protocol/charts';
import { type DatasetRef, places } from '../../shared/workspace/paths';
import { tellExported } from '../exported';
import { isolated } from '../text';
import { watchFiles } from '../watchFiles';
import { pageHtml, tabIcon } from '../webview/page';
import { type ServedPage, servePage } from '../webview/servePage';
import type { ChartTarget } from './chartTarget';
import { chartTexts } from './chartTexts';
import type { Curves } from './readCurves';
import { saveExport } from './saveExport';

export interface ChartPanelContext {
  readonly extensionUri: Uri;
  /** Reads what there is to draw. */
  readonly read: (ref: DatasetRef) => Promise<Curves>;
  /** For the log. */
  readonly failed: (error: unknown) => void;
}

/** Files that a chart is made of. */
const { dataset, results, benchmarks } = places;
const watched = `{${dataset},${results},${results}/*.json,${benchmarks},${benchmarks}/*,${places.report('*')}}`;
/** A training or `git checkout` writes many files at once; they are read together. */
const patience = 150;

/** One chart in an editor tab. It follows the files on disk. */
export class ChartPanel implements Disposable {
  private readonly disposables: Disposable[] = [];
  private readonly page: ServedPage<ChartsState>;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private curves: Curves | null = null;

  constructor(
    readonly panel: WebviewPanel,
    private readonly target: ChartTarget,
    private readonly context: ChartPanelContext,
  ) {
    const { ref, benchmark } = target;
    const { extensionUri, failed } = context;
    panel.iconPath = tabIcon(extensionUri);
    panel.title =
      benchmark === null
        ? l10n.t('{0}: Accuracy vs Budget', isolated(ref.name))
        : l10n.t('{0}: Benchmark {1}', isolated(ref.name), isolated(benchmark));
    this.page = servePage<ChartMethods, ChartsState>(panel.webview, {
      messages: chartMessages,
      state: () => this.state(),
      handlers: {
        // These take as long as the work does; the page does not wait for them.
        runRound: () => this.start('warmstart.runRound'),
        runBenchmark: () => this.start('warmstart.benchmark'),
        openFile: async ({ file }) => {
          const known = this.curves?.problems.some((problem) => problem.file === file);
          if (!known) throw new Error(l10n.t('This file is no longer damaged; look at the chart again.'));
          await window.showTextDocument(Uri.file(file));
          return null;
        },
        copy: async ({ text }) => {
          await env.clipboard.writeText(text);
          return null;
        },
        openReport: () => this.start('warmstart.openReport', { ref, benchmark }),
        export: async (params) => {
          const uri = await saveExport(ref.workspace, params);
          if (uri) tellExported(uri, { opens: true });
          return { file: uri?.fsPath ?? null };
        },
      },
      failed,
    });
    this.disposables.push(
      this.page,
      watchFiles(ref.directory, watched, () => this.soon()),
    );
    panel.webview.html = pageHtml(panel.webview, extensionUri, { name: 'charts', title: panel.title });
  }

  private soon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.refresh(), patience);
  }

  private async refresh(): Promise<void> {
    // A hidden page is gone; it asks again when it is shown.
    if (!this.panel.visible) return;
    try {
      this.page.send(await this.state());
    } catch (error) {
      this.context.failed(error);
    }
  }

  private async state(): Promise<ChartsState> {
    const { ref, benchmark } = this.target;
    this.curves = await this.context.read(ref);
    const address = { workspace: ref.workspace, dataset: ref.name };
    return { ...this.curves, address, benchmark, texts: chartTexts() };
  }

  /** The command tells by itself how it goes. */
  private start(command: string, argument: unknown = this.target.ref): null {
    commands.executeCommand(command, argument).then(undefined, this.context.failed);
    return null;
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const disposable of this.disposables) disposable.dispose();
  }
}
