import type { Disposable } from 'vscode';
import type { ChartPanels, LabellingPanels } from './panels';
import type { Services } from './services';

interface Panels {
  readonly labelling: LabellingPanels & Disposable;
  readonly charts: ChartPanels & Disposable;
}

/**
 * The panels of this window. Their code is loaded right after the activation instead of during it; VS Code keeps panels
 * that are to be restored waiting until then.
 */
export function createPanels(
  services: Omit<Services, 'labelling' | 'charts'>,
): Pick<Services, 'labelling' | 'charts'> & Disposable {
  let panels: Promise<Panels> | undefined;
  const loaded = () => {
    panels ??= loadPanels(services);
    return panels;
  };
  const soon = setImmediate(() => void loaded().catch((error: Error) => services.log.error(error)));
  return {
    labelling: { open: async (...args) => (await loaded()).labelling.open(...args) },
    charts: {
      open: async (ref) => (await loaded()).charts.open(ref),
      openBenchmark: async (ref, name) => (await loaded()).charts.openBenchmark(ref, name),
      openForFile: async (file) => (await loaded()).charts.openForFile(file),
    },
    dispose() {
      clearImmediate(soon);
      void panels?.then(({ labelling, charts }) => {
        labelling.dispose();
        charts.dispose();
      });
    },
  };
}

async function loadPanels({ context, engine, log }: Omit<Services, 'labelling' | 'charts'>): Promise<Panels> {
  const { LabellingPanels: Labelling, ChartPanels: Charts } = await import('./afterActivation');
  const { extensionUri } = context;
  const failed = (error: unknown) => log.error(error instanceof Error ? error : String(error));
  return {
    labelling: new Labelling({ extensionUri, engine, log: failed }),
    charts: new Charts({ extensionUri, failed }),
  };
}
