import type { DatasetAddress } from '../../shared/protocol/engine';
import type { LabelEntry } from '../../shared/schema/labels';
import type { EngineClient } from '../engine/engineClient';
import type { LabelTruth } from './labelTruth';

/** Whoever has just saved is likely to save again. */
const WORKING_MS = 1_000;

export interface Addition {
  readonly image: string;
  readonly entry: LabelEntry;
}

/** Has the engine write answers, one request at a time; what it says is on the disk is taken over as the truth. */
export class LabelWriter {
  private writes = 0;
  private lastWrite = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly truth: LabelTruth,
    private readonly engine: EngineClient,
    private readonly address: DatasetAddress,
    private readonly annotator: () => string,
  ) {}

  /** How often something was written, or at least tried. */
  get count(): number {
    return this.writes;
  }

  /** Whether something was written a moment ago. */
  get justNow(): boolean {
    return performance.now() - this.lastWrite < WORKING_MS;
  }

  /** Adds entries; without `overwrite` earlier answers stay, and their images are returned. */
  async add(additions: readonly Addition[], overwrite: boolean): Promise<readonly string[]> {
    const all: string[] = [];
    for (const [again, some] of this.grouped(additions, ({ image }) => image)) {
      let kept: readonly string[];
      try {
        const wish = { additions: some, overwrite, exact: true, ...again };
        ({ kept } = await this.engine.request('labels/add', { ...this.file(), ...wish }));
      } finally {
        this.written();
      }
      for (const { image, entry } of some) if (!kept.includes(image)) this.truth.save(image, entry);
      all.push(...kept);
    }
    return all;
  }

  /** Writes entries in the place of what is there. */
  async replace(entries: ReadonlyMap<string, LabelEntry>): Promise<void> {
    const additions = [...entries].map(([image, entry]) => ({ image, entry }));
    await this.add(additions, true);
  }

  /** Takes answers away. */
  async remove(images: readonly string[]): Promise<void> {
    for (const [again, some] of this.grouped(images, (image) => image)) {
      try {
        await this.engine.request('labels/remove', { ...this.file(), images: some, ...again });
      } finally {
        this.written();
      }
      for (const image of some) this.truth.save(image, null);
    }
  }

  /** Labels, and second answers, which have files of their own. */
  private grouped<T>(items: readonly T[], imageOf: (item: T) => string): [{ readonly again?: true }, T[]][] {
    const labels = items.filter((item) => !this.truth.isAskedAgain(imageOf(item)));
    const second = items.filter((item) => this.truth.isAskedAgain(imageOf(item)));
    const groups: [{ readonly again?: true }, T[]][] = [
      [{}, labels],
      [{ again: true }, second],
    ];
    return groups.filter(([, some]) => some.length > 0);
  }

  private written(): void {
    this.writes++;
    this.lastWrite = performance.now();
  }

  private file() {
    const { workspace, dataset } = this.address;
    return { workspace, dataset, annotator: this.annotator() };
  }
}
