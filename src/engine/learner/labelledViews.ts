import type { ImageMaps } from '../encoders/continued/imageMaps';
import { Random } from '../numeric/random';
import type { StepInputs } from '../runtime/runtime';
import type { FitRequest } from './learner';

/** What batches are made of. */
export interface LabelledViewsOptions {
  readonly labelled: FitRequest['labelled'];
  /** Maps of their views; each view is as likely as any other. */
  readonly maps: readonly Omit<ImageMaps, 'remove'>[];
  readonly classCount: number;
  readonly batch: number;
  /** Share of the target that goes to all classes with labels alike (Szegedy et al. 2016). */
  readonly smoothing: number;
  readonly seed: number;
}

/** Batches of random views of labelled images, every image once before any comes again. The arrays are used again by the next batch. */
export class LabelledViews {
  private readonly images: Float32Array;
  private readonly targets: Float32Array;
  /** All views of an image, for each kind. */
  private readonly views: readonly Float32Array[];
  /** What of a target every class gets. */
  private readonly floor: Float32Array;
  private readonly random: Random;
  private order: Int32Array = new Int32Array(0);
  private next = 0;
  private epoch = 0;

  constructor(private readonly options: LabelledViewsOptions) {
    const { labelled, maps, classCount, batch, smoothing, seed } = options;
    const [{ values }] = maps;
    this.images = new Float32Array(batch * values);
    this.targets = new Float32Array(batch * classCount);
    this.views = maps.map(({ views }) => new Float32Array(views * values));
    const present = new Set(labelled.labels);
    this.floor = Float32Array.from({ length: classCount }, (_, c) => (present.has(c) ? smoothing / present.size : 0));
    this.random = Random.stream(seed, 'augment');
  }

  async fill(): Promise<Required<Pick<StepInputs, 'images' | 'targets'>>> {
    const { images, targets, floor } = this;
    const { labelled, classCount, batch, smoothing } = this.options;
    for (let i = 0; i < batch; i++) {
      const place = this.nextPlace();
      await this.writeView(labelled.indices[place], i);
      targets.set(floor, i * classCount);
      targets[i * classCount + labelled.labels[place]] += 1 - smoothing;
    }
    return { images, targets };
  }

  get batch(): number {
    return this.options.batch;
  }

  /** Images with labels. */
  get count(): number {
    return this.options.labelled.indices.length;
  }

  /** Classes with labels. */
  get classes(): number {
    return new Set(this.options.labelled.labels).size;
  }

  /** Times that the images were gone through, the last one begun. */
  get epochs(): number {
    return this.epoch;
  }

  private nextPlace(): number {
    const { labelled, seed } = this.options;
    if (this.next === this.order.length) {
      this.order = Random.stream(seed, `shuffle/${this.epoch++}`).permutation(labelled.indices.length);
      this.next = 0;
    }
    return this.order[this.next++];
  }

  private async writeView(index: number, place: number): Promise<void> {
    const { maps } = this.options;
    let view = this.random.integer(maps.reduce((sum, { views }) => sum + views, 0));
    let kind = 0;
    while (view >= maps[kind].views) view -= maps[kind++].views;
    const { values } = maps[kind];
    await maps[kind].read(index, this.views[kind], 0);
    this.images.set(this.views[kind].subarray(view * values, (view + 1) * values), place * values);
  }
}
