import type { Disposable } from 'vscode';
import type { ChartPanels, LabellingPanels } from './panels';
import type { Services } from './services';

/** The panels of this window. They may ask for everything but each other. */
export function createPanels(
  _services: Omit<Services, 'labelling' | 'charts'>,
): { readonly labelling: LabellingPanels; readonly charts: ChartPanels } & Disposable {
  const missing = () => Promise.reject(new Error('The panels are not part of this build.'));
  return {
    labelling: { open: missing },
    charts: { open: missing, openBenchmark: missing },
    dispose() {},
  };
}
