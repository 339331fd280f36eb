import type { Event, LogOutputChannel, Uri } from 'vscode';
import { ChartPanels } from './charts/chartPanels';
import { makeReaders } from './datasets/readers';
import type { EngineClient } from './engine/engineClient';
import { GalleryPanels } from './gallery/galleryPanels';
import { ImportPanels } from './importing/importPanels';
import { LabellingPanels } from './labelling/labellingPanels';
import { RoundPanels } from './rounds/roundPanels';
import { codeBegan, mark } from './trace'; // first: it tells when this code begins
import type { FolderAccess } from './webview/shownFolders';

/*
 * What the extension needs only after its activation: reading and checking files, and the panels. A bundle of its own
 * (dist/afterActivation.js, see esbuild.mjs), because VS Code waits for the activation, and most of that time goes into
 * compiling what is not used yet. Nothing but `import()` may reach this file.
 */

mark('later code', codeBegan);
mark('later code loaded');

export const readersOfFiles = () => makeReaders();

/** What panels are made of. */
export interface PanelParts {
  readonly extensionUri: Uri;
  readonly access: FolderAccess;
  readonly engine: EngineClient;
  readonly log: LogOutputChannel;
  readonly datasetsChanged: Event<unknown>;
}

/** The panels of this window, which come back after a reload from here on. */
export function makePanels({ extensionUri, access, engine, log, datasetsChanged }: PanelParts) {
  const failed = (error: unknown) => log.error(error instanceof Error ? error : String(error));
  const gallery = new GalleryPanels({ extensionUri, access, engine, datasetsChanged, log: failed });
  return {
    labelling: new LabellingPanels({ extensionUri, access, engine, datasetsChanged, log: failed }),
    gallery,
    rounds: new RoundPanels({
      extensionUri,
      access,
      engine,
      failed,
      openGallery: (ref, wish) => gallery.open(ref, wish),
    }),
    charts: new ChartPanels({ extensionUri, failed }),
    importing: new ImportPanels({ extensionUri, engine, failed }),
  };
}
