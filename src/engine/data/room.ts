/** Memory that is given out: whoever wants more than is left waits. One who wants more than there is gets it alone. */
export class Room {
  private taken = 0;
  private readonly waiting: { readonly wanted: number; readonly go: () => void }[] = [];

  constructor(private readonly bytes: number) {}

  /** Does work that takes so many bytes while it lasts. */
  async during<T>(wanted: number, work: () => Promise<T>): Promise<T> {
    if (this.waiting.length > 0 || !this.fits(wanted))
      await new Promise<void>((go) => this.waiting.push({ wanted, go }));
    else this.taken += wanted;
    try {
      return await work();
    } finally {
      this.taken -= wanted;
      this.next();
    }
  }

  private fits(wanted: number): boolean {
    return this.taken === 0 || this.taken + wanted <= this.bytes;
  }

  private next(): void {
    for (let first = this.waiting[0]; first && this.fits(first.wanted); first = this.waiting[0]) {
      this.waiting.shift();
      this.taken += first.wanted;
      first.go();
    }
  }
}
