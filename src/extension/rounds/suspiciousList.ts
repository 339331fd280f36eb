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
  /** All that were looked at. */
  readonly labels: number;
  readonly list: EngineJobs['suspicious']['result']['suspicious'];
  /** Addresses of small pictures, of the first ones. */
  readonly uris: readonly (string | null)[];
}

/** Labels that a model which has not seen them contradicts, with their pictures, as the engine finds them. */
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
        const { labels, suspicious } = await engine.run('suspicious', { ...address, most: MOST }, { token });
        const list = suspicious.filter(({ label, expected }) => label !== expected);
        return { labels, list, uris: await this.pictures(list.slice(0, SHOWN).map(({ image }) => image)) };
      },
      changed: () => around.changed(),
    });
  }

  load(): Promise<void> {
    return this.computed.load();
  }

  get state(): RoundPageState['suspicious'] {
    const { result, state } = this.computed;
    const list = result?.list.slice(0, SHOWN) ?? [];
    return {
      ...state,
      labels: result?.labels ?? 0,
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
    return this.computed.result?.list.map(({ image }) => image) ?? [];
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
