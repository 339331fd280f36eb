import { element } from '../common/element';

/** How many pictures are kept decoded; a few before and after the one shown. */
const KEPT = 12;
/** How long the first picture is waited for. */
const PATIENCE_MS = 300;

export interface Picture {
  readonly element: HTMLImageElement;
  /** Settles when it can be painted at once; rejects when it can't be shown. */
  readonly ready: Promise<void>;
}

/** Loads pictures before they are needed, so that the next image is there with the press. */
export class Pictures {
  private readonly loaded = new Map<string, Picture>();
  private isFirst = true;
  private settled = () => {};
  /** Settles when the first picture is there, or can't be, or takes long: till then no other is asked for, to be in its way. */
  readonly first = new Promise<void>((resolve) => {
    this.settled = resolve;
    setTimeout(resolve, PATIENCE_MS);
  });

  /** The picture under that address; the same element each time while it is kept. */
  get(uri: string): Picture {
    const known = this.loaded.get(uri);
    this.loaded.delete(uri);
    const picture = known ?? this.load(uri);
    this.loaded.set(uri, picture); // the last used is the last to go
    for (const oldest of this.loaded.keys()) {
      if (this.loaded.size <= KEPT) break;
      this.loaded.delete(oldest);
    }
    return picture;
  }

  /** Forgets one that could not be shown, so that it is tried again. */
  forget(uri: string): void {
    this.loaded.delete(uri);
  }

  private load(uri: string): Picture {
    const image = element('img', { attributes: { draggable: 'false' } });
    image.src = uri;
    const ready = image.decode();
    ready.catch(() => {}); // told to whoever shows it
    if (this.isFirst) ready.then(this.settled, this.settled);
    this.isFirst = false;
    return { element: image, ready };
  }
}
