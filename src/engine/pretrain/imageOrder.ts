import { Random } from '../numeric/random';

/** The order in which images are seen, another one in each epoch. */
export class ImageOrder {
  private known: { readonly seed: number; readonly epoch: number; readonly order: Int32Array } | null = null;

  constructor(private readonly indices: Int32Array) {}

  /** The images of one step of an epoch, which shows `batch` of them in each. */
  ofStep(seed: number, epoch: number, step: number, batch: number): Int32Array {
    if (this.known?.epoch !== epoch || this.known.seed !== seed)
      this.known = { seed, epoch, order: Random.stream(seed, `shuffle/${epoch}`).shuffle(this.indices.slice()) };
    return this.known.order.subarray(step * batch, (step + 1) * batch);
  }
}
