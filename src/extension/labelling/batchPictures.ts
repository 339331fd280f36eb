import { join } from 'node:path';
import { whyNotShown } from '../answers/notShown';
import type { Truth } from './truth';

/** Pictures that have to be made are asked for in portions, so that the first are there soon. */
const FIRST_PICTURES = 24;
const PICTURES = 200;

/** Where the images of a batch lie: in their folder, or, as rows of a csv file, where the engine draws them. */
export class BatchPictures {
  /** Pictures made by the engine, by image; null where one could not be made. */
  private readonly made = new Map<string, string | null>();
  private problem: string | null = null;
  private loading = false;
  private disposed = false;

  constructor(
    private readonly truth: Truth,
    private readonly around: {
      /** Makes pictures; their paths in the same order. */
      make(images: readonly string[]): Promise<readonly (string | null)[]>;
      changed(): void;
    },
  ) {}

  dispose(): void {
    this.disposed = true;
  }

  /** Path of an image's picture; null while there is none. */
  pathOf(image: string): string | null {
    const folder = this.truth.imageFolder;
    return folder === null ? (this.made.get(image) ?? null) : join(folder, ...image.split('/'));
  }

  /** Has pictures made that are not there yet, those of images to be answered first; of image files there is nothing to make. */
  load(): void {
    const { dataset, round, imageFolder, batch, own } = this.truth;
    if (!dataset || !round || imageFolder !== null || this.loading) return;
    void this.make(batch.sort((a, b) => Number(own.has(a)) - Number(own.has(b))));
  }

  private async make(images: readonly string[]): Promise<void> {
    this.loading = true;
    this.problem = null;
    try {
      const wanted = images.filter((image) => !this.made.has(image));
      for (let from = 0, count = FIRST_PICTURES; from < wanted.length && !this.disposed; from += count) {
        count = from === 0 ? FIRST_PICTURES : PICTURES;
        const portion = wanted.slice(from, from + count);
        const files = await this.around.make(portion);
        for (const [i, image] of portion.entries()) this.made.set(image, files[i] ?? null);
        this.around.changed();
      }
    } catch (error) {
      this.problem = (error as Error).message;
      this.around.changed();
    } finally {
      this.loading = false;
    }
  }

  /** Why a picture is not shown, as a sentence. Where none could be made, it is tried again. */
  async explain(image: string): Promise<string> {
    if (this.problem !== null) {
      const { problem } = this;
      this.load();
      return problem;
    }
    return whyNotShown(image, this.pathOf(image));
  }
}
