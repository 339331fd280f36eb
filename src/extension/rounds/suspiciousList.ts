import type { Disposable } from 'vscode';
import type { EngineJobs } from '../../shared/protocol/engine';
import type { RoundPageState } from '../../shared/protocol/round';
import type { DatasetRef } from '../../shared/workspace/paths';
import type { EngineClient } from '../engine/engineClient';
import { ComputedColumns } from '../gallery/computedColumns';

/** Labels of a dataset that are listed, and those of them that the page shows with pictures. */
const MOST = 200;
const SHOWN = 24;

interface Found {
  readonly found: EngineJobs['suspicious']['result'];
  /** Addresses of small pictures, of the first ones. */
  readonly uris: readonly (string | null)[];
}

/** Suspicious labels with their pictures, as the engine finds them. */
export class SuspiciousList implements Disposable {
  private readonly computed: ComputedColumns<Found>;

  constructor(
    private readonly engine: EngineClient,
    private readonly ref: DatasetRef,
    private readonly around: { readonly uriOf: (path: string) => string; changed(): void },
  ) {
    this.computed = new ComputedColumns({
      ask: async (token) => {
        const address = { workspace: ref.workspace, dataset: ref.name };
        const found = await engine.run('suspicious', { ...address, most: MOST }, { token });
        return { found, uris: await this.pictures(found.suspicious.slice(0, SHOWN).map(({ image }) => image)) };
      },
      changed: () => around.changed(),
    });
  }

  load(): Promise<void> {
    return this.computed.load();
  }

  get state(): RoundPageState['suspicious'] {
    const { result, state } = this.computed;
    const list = result?.found.suspicious.slice(0, SHOWN) ?? [];
    return {
      ...state,
      labels: result?.found.labels ?? 0,
      list: list.map(({ image, label, expected, probability }, i) => ({
        image,
        label,
        expected,
        probability,
        uri: result?.uris[i] ?? null,
      })),
    };
  }

  /** Ids of all that were found. */
  get images(): readonly string[] {
    return this.computed.result?.found.suspicious.map(({ image }) => image) ?? [];
  }

  private async pictures(images: readonly string[]): Promise<readonly (string | null)[]> {
    const { engine, ref, around } = this;
    const address = { workspace: ref.workspace, dataset: ref.name };
    const { files } = await engine.request('images/thumbnails', { ...address, images });
    return files.map((file) => (file === null ? null : around.uriOf(file)));
  }

  dispose(): void {
    this.computed.dispose();
  }
}
