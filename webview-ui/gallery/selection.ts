/** Which images are selected, by number, whatever is shown and in which order. No DOM in here. */
export class Selection {
  private chosen = new Uint8Array(0);
  private total = 0;
  /** The image that a range begins at. */
  private anchor: number | null = null;

  get size(): number {
    return this.total;
  }

  has(image: number): boolean {
    return this.chosen[image] === 1;
  }

  /** For so many images; none is selected. */
  reset(count: number): void {
    this.chosen = new Uint8Array(count);
    this.total = 0;
    this.anchor = null;
  }

  clear(): void {
    this.reset(this.chosen.length);
  }

  only(image: number): void {
    this.clear();
    this.add([image]);
    this.anchor = image;
  }

  toggle(image: number): void {
    if (this.chosen[image] === 1) {
      this.chosen[image] = 0;
      this.total--;
    } else this.add([image]);
    this.anchor = image;
  }

  add(images: Iterable<number>): void {
    for (const image of images) {
      if (this.chosen[image] === 1) continue;
      this.chosen[image] = 1;
      this.total++;
    }
  }

  /** Everything from the image of the last choice to this one, as they are shown. */
  extendTo(image: number, view: Int32Array): void {
    const to = view.indexOf(image);
    const from = this.anchor === null ? to : view.indexOf(this.anchor);
    const { anchor } = this;
    this.clear();
    this.anchor = from < 0 ? image : (anchor ?? image);
    const first = from < 0 ? to : from;
    this.add(view.subarray(Math.min(first, to), Math.max(first, to) + 1));
  }

  /** The selected images of a view, in its order. */
  within(view: Int32Array): Int32Array {
    return this.total === 0 ? new Int32Array(0) : view.filter((image) => this.chosen[image] === 1);
  }

  /** A copy, to go back to. */
  snapshot(): Uint8Array {
    return this.chosen.slice();
  }

  restore(chosen: Uint8Array): void {
    this.chosen = chosen.slice();
    this.total = chosen.reduce((sum, one) => sum + one, 0);
  }
}
