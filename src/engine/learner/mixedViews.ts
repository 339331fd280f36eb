import { emptyPicture, faceViews, type Picture, type ViewOptions, writeCrop, writeView } from '../augment/views';
import { activationShapes } from '../network/definitions';
import type { Network } from '../network/network';
import { type Matrix, row } from '../numeric/matrix';
import { Random } from '../numeric/random';
import type { StepInputs } from '../runtime/runtime';
import { EndlessOrder } from './endlessOrder';
import type { TrainingRequest } from './learner';

/** What batches are made of. */
export interface MixedViewsOptions {
  readonly request: TrainingRequest;
  readonly unlabelled: Int32Array;
  /** The network with its head. */
  readonly network: Network;
  /** Images with and without labels in each batch. */
  readonly batch: { readonly labelled: number; readonly unlabelled: number };
  /** How far crops of images with labels are shifted at most. */
  readonly padding: number;
  /** Share of features that is left out before the head. */
  readonly dropout: number;
}

/** A batch without its images of unknown class is an ordinary one: each half counts as if it were alone. */
const weightOf = (batch: MixedViewsOptions['batch'], part: number) => (batch.labelled + batch.unlabelled) / part;

/**
 * Batches of images with labels, shifted and mirrored, and of images without, in views as strong as those of pre-training. What a
 * batch shows depends on the step alone. The arrays are used again by the next batch.
 */
export class MixedViews {
  private readonly picture: Picture;
  private readonly images: Float32Array;
  private readonly targets: Float32Array;
  private readonly masks: ReadonlyMap<string, Float32Array>;
  private readonly labelledOrder: EndlessOrder;
  private readonly unlabelledOrder: EndlessOrder;
  private readonly views: ViewOptions;

  constructor(private readonly options: MixedViewsOptions) {
    const { request, unlabelled, network, batch } = options;
    const { pixels, normalisation, classCount, labelled, seed, mirrors = true } = request;
    const all = batch.labelled + batch.unlabelled;
    this.picture = emptyPicture(pixels, normalisation);
    this.images = new Float32Array(all * this.picture.bytes.length);
    this.targets = new Float32Array(all * classCount);
    const dropped = activationShapes(network).get('head.dropout');
    this.masks = new Map(dropped ? [['head.dropout', new Float32Array(all * dropped[0])]] : []);
    this.labelledOrder = new EndlessOrder(labelled.indices.length, seed, 'shuffle');
    this.unlabelledOrder = new EndlessOrder(unlabelled.length, seed, 'shuffleUnlabelled');
    this.views = mirrors ? faceViews : { ...faceViews, flipProbability: 0 };
  }

  /** The images without labels that so many steps from one on show, in their order. */
  unlabelledOf(step: number, steps: number): Int32Array {
    const { unlabelled, batch } = this.options;
    const places = this.unlabelledOrder.from(step * batch.unlabelled, steps * batch.unlabelled);
    return places.map((place) => unlabelled[place]);
  }

  /** `machine`: targets of the step's images without labels, from a row on. */
  fill(step: number, machine: Matrix, from: number): Omit<StepInputs, 'learningRate'> {
    const random = Random.stream(this.options.request.seed, `augment/${step}`);
    this.targets.fill(0);
    this.fillLabelled(step, random);
    this.fillUnlabelled(step, random, machine, from);
    const keep = 1 - this.options.dropout;
    for (const mask of this.masks.values())
      for (let i = 0; i < mask.length; i++) mask[i] = random.chance(keep) ? 1 / keep : 0;
    return { images: this.images, targets: this.targets, masks: this.masks };
  }

  private fillLabelled(step: number, random: Random): void {
    const { request, batch, padding } = this.options;
    const { pixels, labelled, classCount, mirrors = true } = request;
    const weight = weightOf(batch, batch.labelled);
    for (const [i, place] of this.labelledOrder.from(step * batch.labelled, batch.labelled).entries()) {
      pixels.read(labelled.indices[place], this.picture.bytes, 0);
      writeCrop(this.picture, { padding, mirrors }, random, this.images, i * this.picture.bytes.length);
      this.targets[i * classCount + labelled.labels[place]] = weight;
    }
  }

  private fillUnlabelled(step: number, random: Random, machine: Matrix, from: number): void {
    const { request, batch } = this.options;
    const { pixels, classCount } = request;
    const weight = weightOf(batch, batch.unlabelled);
    for (const [i, index] of this.unlabelledOf(step, 1).entries()) {
      const at = batch.labelled + i;
      pixels.read(index, this.picture.bytes, 0);
      writeView(this.picture, this.views, random, { values: this.images, offset: at * this.picture.bytes.length });
      for (const [c, share] of row(machine, from + i).entries()) this.targets[at * classCount + c] = weight * share;
    }
  }
}
