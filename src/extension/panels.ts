import type { Disposable } from 'vscode';
import type { PanelParts } from './afterActivation';
import type { ChartPanels } from './charts/chartPanels';
import type { GalleryPanels } from './gallery/galleryPanels';
import type { ImportPanels } from './importing/importPanels';
import type { LabellingPanels } from './labelling/labellingPanels';
import type { RoundPanels } from './rounds/roundPanels';

/** What commands want of the panels. */
export interface Panels {
  /** The panels in which images are labelled. */
  readonly labelling: Pick<LabellingPanels, 'open'>;
  /** The panels that show all images of a dataset. */
  readonly gallery: Pick<GalleryPanels, 'open'>;
  /** The pages of what rounds were measured to do. */
  readonly rounds: Pick<RoundPanels, 'open'>;
  /** The panels that draw curves. */
  readonly charts: Pick<ChartPanels, 'open' | 'openBenchmark' | 'openForFile'>;
  /** The page that shows how a folder would be imported. */
  readonly importing: Pick<ImportPanels, 'review'>;
}

/**
 * The panels of this window. Their code is loaded right after the activation instead of during it; VS Code keeps panels
 * that are to be restored waiting until then.
 */
export function createPanels(parts: PanelParts): Panels & Disposable {
  let panels: ReturnType<typeof loadPanels> | undefined;
  const loaded = () => {
    panels ??= loadPanels(parts);
    return panels;
  };
  const soon = setImmediate(() => void loaded().catch((error: Error) => parts.log.error(error)));
  return {
    labelling: { open: async (...args) => (await loaded()).labelling.open(...args) },
    gallery: { open: async (...args) => (await loaded()).gallery.open(...args) },
    rounds: { open: async (...args) => (await loaded()).rounds.open(...args) },
    charts: {
      open: async (ref) => (await loaded()).charts.open(ref),
      openBenchmark: async (ref, name) => (await loaded()).charts.openBenchmark(ref, name),
      openForFile: async (file) => (await loaded()).charts.openForFile(file),
    },
    importing: { review: async (...args) => (await loaded()).importing.review(...args) },
    dispose() {
      clearImmediate(soon);
      void panels?.then(({ labelling, gallery, rounds, charts, importing }) => {
        labelling.dispose();
        gallery.dispose();
        rounds.dispose();
        charts.dispose();
        importing.dispose();
      });
    },
  };
}

async function loadPanels(parts: PanelParts) {
  const { makePanels } = await import('./afterActivation');
  return makePanels(parts);
}
