import type { Host } from './actions';
import type { GalleryModel } from './model';

/** Small pictures asked for at once: what is scrolled past while they are made has not cost much. */
const PORTION = 12;
const REQUESTS = 2;

/**
 * Addresses of small pictures. Asked for is only what is on the screen when there is room for a question, so that a question
 * for what was scrolled past is never waited for.
 */
export class Thumbnails {
  /** Null where there is none to be shown. */
  private readonly uris = new Map<number, string | null>();
  private readonly asked = new Set<number>();
  private running = 0;
  private sight: readonly number[] = [];

  constructor(
    private readonly model: GalleryModel,
    private readonly host: Host,
    private readonly around: {
      /** Some have come, or can't come. */
      readonly came: () => void;
      readonly failed: (message: string) => void;
    },
  ) {}

  /** Undefined while it is not known. */
  get(image: number): string | null | undefined {
    return this.uris.get(image);
  }

  /** Forgets all: the images are others. */
  clear(): void {
    this.uris.clear();
    this.asked.clear();
  }

  /** What is on the screen now, the most wanted first. */
  look(images: readonly number[]): void {
    this.sight = images;
    while (this.running < REQUESTS) {
      const wanted = this.sight.filter((image) => !this.uris.has(image) && !this.asked.has(image)).slice(0, PORTION);
      if (wanted.length === 0) return;
      void this.ask(wanted);
    }
  }

  private async ask(images: readonly number[]): Promise<void> {
    const { digest, columns } = this.model;
    this.running++;
    for (const image of images) this.asked.add(image);
    try {
      const ids = images.map((image) => columns.ids[image] ?? '');
      const { uris } = await this.host.request('thumbnails', { images: ids });
      if (digest !== this.model.digest) return;
      for (const [i, image] of images.entries()) this.uris.set(image, uris[i] ?? null);
    } catch (error) {
      for (const image of images) this.uris.set(image, null); // tried again when the page is loaded anew
      this.around.failed((error as Error).message);
    } finally {
      this.running--;
      for (const image of images) this.asked.delete(image);
    }
    this.around.came();
    this.look(this.sight);
  }
}
