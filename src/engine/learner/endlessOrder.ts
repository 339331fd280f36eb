import { Random } from '../numeric/random';

/**
 * Positions 0 … n − 1 in random order, and in another one each time they are through. What stands where depends on the place
 * alone, so that a training that goes on in the middle sees what it would have seen.
 */
export class EndlessOrder {
  private pass = -1;
  private order: Int32Array = new Int32Array(0);

  constructor(
    private readonly n: number,
    private readonly seed: number,
    private readonly stream: string,
  ) {}

  at(place: number): number {
    const pass = Math.floor(place / this.n);
    if (pass !== this.pass) {
      this.order = Random.stream(this.seed, `${this.stream}/${pass}`).permutation(this.n);
      this.pass = pass;
    }
    return this.order[place % this.n];
  }

  /** So many positions from a place on. */
  from(place: number, count: number): Int32Array {
    return Int32Array.from({ length: count }, (_, i) => this.at(place + i));
  }
}
