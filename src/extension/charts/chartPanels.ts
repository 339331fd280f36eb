import { type Disposable, type Uri, ViewColumn, type WebviewPanel, window } from 'vscode';
import { isDatasetName } from '../../shared/workspace/datasetName';
import { type DatasetRef, datasetRef } from '../../shared/workspace/paths';
import { pageRoot } from '../webview/page';
import { ChartPanel, type ChartPanelContext } from './chartPanel';
import { type ChartTarget, chartTargetOf } from './chartTarget';
import type { Curves } from './readCurves';

/** View type of the charts; package.json names it to have them restored. */
export const CHARTS_VIEW = 'warmstart.charts';

/** Reads the files; loaded when a chart is first opened, because schemas would slow every activation down. */
async function loadReader() {
  const [{ readCurves }, { JsonFiles }] = await Promise.all([import('./readCurves'), import('../datasets/jsonFile')]);
  const json = new JsonFiles();
  return (ref: DatasetRef) => readCurves(ref, json);
}

/** All charts in editor tabs: one for a dataset's run, one for each benchmark that was opened. */
export class ChartPanels implements Disposable {
  private readonly panels = new Map<string, ChartPanel>();
  private reader: ReturnType<typeof loadReader> | null = null;
  private readonly serializer: Disposable;

  constructor(private readonly context: Omit<ChartPanelContext, 'read'>) {
    this.serializer = window.registerWebviewPanelSerializer(CHARTS_VIEW, {
      deserializeWebviewPanel: async (panel, state: unknown) => {
        const target = targetKept(state);
        if (target) this.adopt(panel, target);
        else panel.dispose();
      },
    });
  }

  /** The dataset's own run beside its benchmarks. */
  async open(ref: DatasetRef): Promise<void> {
    this.show({ ref, benchmark: null });
  }

  /** One benchmark. */
  async openBenchmark(ref: DatasetRef, name: string): Promise<void> {
    this.show({ ref, benchmark: name });
  }

  /** The chart that a results or report file belongs to; it says what is wrong with a damaged one. */
  async openForFile(file: Uri): Promise<boolean> {
    const target = file.scheme === 'file' ? chartTargetOf(file.fsPath) : null;
    if (target) this.show(target);
    return target !== null;
  }

  private async read(ref: DatasetRef): Promise<Curves> {
    this.reader ??= loadReader();
    return (await this.reader)(ref);
  }

  private show(target: ChartTarget): void {
    const open = this.panels.get(keyOf(target));
    if (open) open.panel.reveal();
    else this.adopt(window.createWebviewPanel(CHARTS_VIEW, '', ViewColumn.Active, {}), target);
  }

  private adopt(panel: WebviewPanel, target: ChartTarget): void {
    panel.webview.options = { enableScripts: true, localResourceRoots: [pageRoot(this.context.extensionUri)] };
    const key = keyOf(target);
    // Two tabs of one chart can only come from a reload; the one that is here first stays.
    if (this.panels.has(key)) {
      panel.dispose();
      return;
    }
    const chart = new ChartPanel(panel, target, { ...this.context, read: (ref) => this.read(ref) });
    this.panels.set(key, chart);
    panel.onDidDispose(() => {
      this.panels.delete(key);
      chart.dispose();
    });
  }

  dispose(): void {
    this.serializer.dispose();
    // The tabs stay: they come back by the serializer after a reload of the window.
    for (const chart of this.panels.values()) chart.dispose();
    this.panels.clear();
  }
}

/** What a page kept (`KeptCharts`); null when it had not drawn anything yet, or an older version kept something else. */
function targetKept(state: unknown): ChartTarget | null {
  const { address, benchmark } = (state ?? {}) as { address?: unknown; benchmark?: unknown };
  const { workspace, dataset } = (address ?? {}) as { workspace?: unknown; dataset?: unknown };
  if (typeof workspace !== 'string' || typeof dataset !== 'string' || !isDatasetName(dataset)) return null;
  return { ref: datasetRef(workspace, dataset), benchmark: typeof benchmark === 'string' ? benchmark : null };
}

const keyOf = ({ ref, benchmark }: ChartTarget): string => JSON.stringify([ref.directory, benchmark]);
