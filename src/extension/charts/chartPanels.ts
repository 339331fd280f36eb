import { join } from 'node:path';
import { type Disposable, l10n, type Uri, ViewColumn, type WebviewPanel, window } from 'vscode';
import { z } from 'zod';
import type { DatasetRef } from '../datasets/datasetRef';
import { JsonFiles } from '../datasets/jsonFile';
import { pageRoot } from '../webview/page';
import { ChartPanel, type ChartPanelContext } from './chartPanel';
import { type ChartTarget, chartTargetOf } from './chartTarget';

/** Type of the panels; `onWebviewPanel:warmstart.charts` activates the extension to bring them back. */
export const chartViewType = 'warmstart.charts';

/** What a panel needs of it to come back after a reload of the window (`KeptCharts`). */
const keptCharts = z.object({
  address: z.object({ workspace: z.string().min(1), dataset: z.string().min(1) }),
  benchmark: z.string().nullable(),
});

/** All charts in editor tabs: one for a dataset's run, one for each benchmark that was opened. */
export class ChartPanels implements Disposable {
  private readonly panels = new Map<string, ChartPanel>();
  private readonly json = new JsonFiles();
  private readonly serializer: Disposable;

  constructor(private readonly context: Omit<ChartPanelContext, 'json'>) {
    this.serializer = window.registerWebviewPanelSerializer(chartViewType, {
      deserializeWebviewPanel: async (panel, state: unknown) => {
        const kept = keptCharts.safeParse(state);
        if (!kept.success) return panel.dispose();
        const { address, benchmark } = kept.data;
        const { workspace, dataset } = address;
        const ref = { workspace, name: dataset, directory: join(workspace, 'warmstart', dataset) };
        this.adopt(panel, { ref, benchmark });
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

  /**
   * Command `warmstart.openChartForFile`: the chart of a results or report file. Without a file, that of the active
   * editor.
   */
  async openForFile(uri: Uri | undefined): Promise<void> {
    const file = uri ?? window.activeTextEditor?.document.uri;
    const target = file?.scheme === 'file' ? chartTargetOf(file.fsPath) : null;
    if (target) return this.show(target);
    void window.showInformationMessage(
      l10n.t(
        "No chart belongs to this file. Open one of a dataset's results (results/0001.json) or a benchmark's report.json.",
      ),
    );
  }

  private show(target: ChartTarget): void {
    const open = this.panels.get(keyOf(target));
    if (open) open.panel.reveal();
    else this.adopt(window.createWebviewPanel(chartViewType, '', ViewColumn.Active, {}), target);
  }

  private adopt(panel: WebviewPanel, target: ChartTarget): void {
    panel.webview.options = { enableScripts: true, localResourceRoots: [pageRoot(this.context.extensionUri)] };
    const key = keyOf(target);
    // Two tabs of one chart can only come from a reload; the one that is here first stays.
    if (this.panels.has(key)) {
      panel.dispose();
      return;
    }
    const chart = new ChartPanel(panel, target, { ...this.context, json: this.json });
    this.panels.set(key, chart);
    panel.onDidDispose(() => {
      this.panels.delete(key);
      chart.dispose();
    });
  }

  dispose(): void {
    this.serializer.dispose();
    for (const { panel } of [...this.panels.values()]) panel.dispose();
  }
}

const keyOf = ({ ref, benchmark }: ChartTarget): string => JSON.stringify([ref.directory, benchmark]);
