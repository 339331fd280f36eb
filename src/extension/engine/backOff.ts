/** How long to wait after a crash, in milliseconds: doubled from `first` up to `most`, from the start after a calm time. */
export interface Delays {
  readonly first: number;
  readonly most: number;
  /** An engine that ran so long counts as sound. */
  readonly calm: number;
}

export const defaultDelays: Delays = { first: 500, most: 30_000, calm: 60_000 };

/** Keeps an engine that crashes again and again from being started again and again. */
export class BackOff {
  private crashes = 0;
  private notBefore = 0;

  constructor(private readonly delays: Delays) {}

  /** The engine ended after running for so many milliseconds. */
  crashed(ranFor: number, now: number): void {
    if (ranFor >= this.delays.calm) this.crashes = 0;
    const delay = Math.min(this.delays.most, this.delays.first * 2 ** this.crashes);
    this.crashes++;
    this.notBefore = now + delay;
  }

  /** Milliseconds until it may be started again. */
  left(now: number): number {
    return Math.max(0, this.notBefore - now);
  }
}
