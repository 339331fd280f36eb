import type { Host } from './actions';
import type { GalleryModel } from './model';

/** Small pictures asked for at once: what is scrolled past while they are made has not cost much. */
const PORTION = 12;
const REQUESTS = 2;
/** After a question that failed (the engine is being started again …) the next one waits so long. */
const PAUSE_MS = 3_000;
/** What could not be shown is asked for again after so long, when it is looked at. */
const AGAIN_MS = 5_000;

/**
 * Addresses of small pictures. Asked for is only what is on the screen when there is room for a question, so that a question
 * for what was scrolled past is never waited for.
 */
export class Thumbnails {
  /** Null where there is none to be shown. */
  private readonly uris = new Map<number, string | null>();
  /** When there was none: an image that was put back is seen again without loading the page anew. */
  private readonly missing = new Map<number, number>();
  private readonly asked = new Set<number>();
  private running = 0;
  private sight: readonly number[] = [];
  private isPausing = false;
  private later: ReturnType<typeof setTimeout> | undefined;

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
    this.missing.clear();
    this.asked.clear();
  }

  /** Its picture was there, and could not be loaded: its file has gone, or the small picture has. */
  lost(image: number): void {
    this.uris.set(image, null);
    this.missing.set(image, performance.now());
    this.lookLater();
  }

  /** What is on the screen now, the most wanted first. */
  look(images: readonly number[]): void {
    this.sight = images;
    while (this.running < REQUESTS && !this.isPausing) {
      const wanted = this.sight.filter((image) => this.isWanted(image)).slice(0, PORTION);
      if (wanted.length === 0) return;
      void this.ask(wanted);
    }
  }

  private isWanted(image: number): boolean {
    if (this.asked.has(image)) return false;
    const since = this.missing.get(image);
    return since === undefined ? !this.uris.has(image) : performance.now() - since >= AGAIN_MS;
  }

  private lookLater(): void {
    clearTimeout(this.later);
    this.later = setTimeout(() => this.look(this.sight), AGAIN_MS + 100);
  }

  private pause(): void {
    this.isPausing = true;
    setTimeout(() => {
      this.isPausing = false;
      this.look(this.sight);
    }, PAUSE_MS);
  }

  private async ask(images: readonly number[]): Promise<void> {
    const { digest, columns } = this.model;
    this.running++;
    for (const image of images) this.asked.add(image);
    try {
      const ids = images.map((image) => columns.ids[image] ?? '');
      const { uris } = await this.host.request('thumbnails', { images: ids });
      if (digest !== this.model.digest) return;
      for (const [i, image] of images.entries()) this.take(image, uris[i] ?? null);
    } catch (error) {
      this.around.failed((error as Error).message);
      this.pause();
    } finally {
      this.running--;
      for (const image of images) this.asked.delete(image);
    }
    this.around.came();
    this.look(this.sight);
  }

  private take(image: number, uri: string | null): void {
    this.uris.set(image, uri);
    this.missing.delete(image);
    if (uri === null) this.lost(image);
  }
}
