import type { DatasetAddress } from '../../shared/protocol/engine';
import { Turns } from '../../shared/turns';
import { datasetDirectory } from '../data/dataset/folder';
import { type DatasetHead, type ImageList, openHead, openImageList, stampOf } from '../data/dataset/open';
import { damagedError } from '../errors';
import { LabelMemory } from '../rounds/labelMemory';
import { tidyUp } from '../rounds/tidyUp';

export interface OpenDataset {
  readonly list: ImageList;
  readonly memory: LabelMemory;
}

/** Datasets that the server has open, each until its dataset.json or its list of images changes on the disk. */
export class OpenDatasets {
  private readonly open = new Map<string, OpenDataset & { readonly stamp: string }>();
  private readonly turns = new Turns();

  /** `prepare` makes the list of images where the cache has none, which can take long. */
  constructor(private readonly prepare: (address: DatasetAddress) => Promise<unknown>) {}

  get(address: DatasetAddress): Promise<OpenDataset> {
    const key = JSON.stringify([address.workspace, address.dataset]);
    return this.turns.take(key, async () => {
      const known = this.open.get(key);
      if (known && known.stamp === (await stampOf(known.list))) return known;
      this.open.delete(key);
      const opened = (await this.load(address)) ?? (await this.loadPrepared(address));
      this.open.set(key, opened);
      return opened;
    });
  }

  private async load({ workspace, dataset }: DatasetAddress) {
    await tidyUp(datasetDirectory(workspace, dataset));
    const head: DatasetHead = await openHead(workspace, dataset);
    const stamp = await stampOf(head); // before reading: a change meanwhile is noticed the next time
    const list = await openImageList(head);
    return list && { list, memory: new LabelMemory(), stamp };
  }

  private async loadPrepared(address: DatasetAddress) {
    await this.prepare(address);
    const opened = await this.load(address);
    if (opened) return opened;
    throw damagedError(
      `The cache of dataset ${address.dataset} can't be used even after it was made again; check that its folder .cache can be written.`,
    );
  }
}
