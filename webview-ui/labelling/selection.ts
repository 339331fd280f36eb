/** Which images of the grid are selected; indices of the batch. No DOM in here. */
export class Selection {
  private readonly chosen = new Set<number>();
  private anchor: number | null = null;

  get indices(): readonly number[] {
    return [...this.chosen].sort((a, b) => a - b);
  }

  get size(): number {
    return this.chosen.size;
  }

  has(index: number): boolean {
    return this.chosen.has(index);
  }

  clear(): void {
    this.chosen.clear();
    this.anchor = null;
  }

  /** Only this one. */
  only(index: number): void {
    this.chosen.clear();
    this.chosen.add(index);
    this.anchor = index;
  }

  toggle(index: number): void {
    if (!this.chosen.delete(index)) this.chosen.add(index);
    this.anchor = index;
  }

  /** From the image of the last choice to this one, as they stand in the grid. */
  extendTo(index: number, order: readonly number[]): void {
    const from = this.anchor ?? index;
    const [a, b] = [order.indexOf(from), order.indexOf(index)];
    this.chosen.clear();
    for (const i of order.slice(Math.min(a, b), Math.max(a, b) + 1)) this.chosen.add(i);
    this.anchor = from;
  }

  all(indices: readonly number[]): void {
    this.chosen.clear();
    for (const index of indices) this.chosen.add(index);
  }
}
