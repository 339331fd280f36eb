import {
  type AnswerColumns,
  DIFFERENT,
  type GalleryMethods,
  NO_ANSWER,
  SKIPPED,
  UNKNOWN_CLASS,
} from '../../src/shared/protocol/gallery';

/** No answer of this image is on its way. */
const NOT_PENDING = -9;

/** All images as columns: of 100,000 images nothing is an object. No DOM in here. */
export class ImageColumns {
  readonly count: number;
  /** The last part of each id, which tells no class where folders are classes. */
  readonly names: readonly string[];
  /** 1 for an image of the test split. */
  readonly test: Uint8Array;
  readonly own: Int16Array;
  readonly others: Int16Array;
  /** A class or a skip that is on its way to the disk. */
  readonly pending: Int16Array;
  readonly at: Float64Array;
  readonly flags = new Map<number, string>();
  /** Images whose label is a reviewed prediction. */
  readonly reviewed = new Set<number>();
  /** Annotator → images that they gave a class. */
  readonly by = new Map<string, Set<number>>();
  /** What disputes were settled to. */
  readonly settled = new Map<number, number>();
  predicted: Int16Array | null = null;
  probability: Float32Array | null = null;
  /** -1 where nothing is known. */
  suspicion: Float32Array | null = null;
  /** How like one image each is. */
  likeness: Float32Array | null = null;
  /** The group of images that look nearly the same, from 1 on; 0: none. */
  group: Int32Array | null = null;
  /** 1 for an image of the set that somebody asked to see; null where nobody did. */
  private set: Uint8Array | null = null;
  private readonly numbers: ReadonlyMap<string, number>;
  private lowered: readonly string[] | null = null;

  constructor(
    readonly ids: readonly string[],
    test: readonly number[],
  ) {
    this.count = ids.length;
    this.names = ids.map((id) => id.slice(id.lastIndexOf('/') + 1));
    this.numbers = new Map(ids.map((id, i) => [id, i]));
    this.test = new Uint8Array(this.count);
    for (const i of test) this.test[i] = 1;
    this.own = new Int16Array(this.count);
    this.others = new Int16Array(this.count);
    this.pending = new Int16Array(this.count).fill(NOT_PENDING);
    this.at = new Float64Array(this.count);
    this.clear();
  }

  numberOf(id: string): number | undefined {
    return this.numbers.get(id);
  }

  /** Names without case, to be searched. */
  get searched(): readonly string[] {
    this.lowered ??= this.names.map((name) => name.toLowerCase());
    return this.lowered;
  }

  /** Takes over what the files say of all answers. */
  take({ image, own, others, by, reviewed, at, flags, settled }: AnswerColumns): void {
    this.clear();
    for (let row = 0; row < image.length; row++) {
      const i = image[row] ?? -1;
      if (i < 0 || i >= this.count) continue;
      this.own[i] = own[row] ?? NO_ANSWER;
      this.others[i] = others[row] ?? NO_ANSWER;
      this.at[i] = at[row] ?? 0;
    }
    for (const { annotator, images } of by) this.by.set(annotator, new Set(images));
    for (const i of reviewed) this.reviewed.add(i);
    for (const [i, flag] of Object.entries(flags)) this.flags.set(Number(i), flag);
    for (const [i, label] of Object.entries(settled)) this.settled.set(Number(i), label);
  }

  takePredictions({ predicted, probability }: GalleryMethods['predictions']['result']): void {
    this.predicted = Int16Array.from(predicted);
    this.probability = Float32Array.from(probability);
  }

  takeSuspicions({ images, suspicion }: GalleryMethods['suspicions']['result']): void {
    this.suspicion = new Float32Array(this.count).fill(-1);
    for (let row = 0; row < images.length; row++) this.suspicion[images[row] ?? 0] = suspicion[row] ?? -1;
  }

  takeLikeness({ likeness }: GalleryMethods['likeness']['result']): void {
    this.likeness = Float32Array.from(likeness);
  }

  takeDuplicates({ groups }: GalleryMethods['duplicates']['result']): void {
    this.group = new Int32Array(this.count);
    for (const [g, images] of groups.entries()) for (const i of images) this.group[i] = g + 1;
  }

  /** The class that the model gives an image; -1 where there is none. */
  predictionOf(i: number): number {
    return this.predicted?.[i] ?? -1;
  }

  /** Whether a prediction waits for a person to look it over. */
  isToReview(i: number): boolean {
    return this.predictionOf(i) >= 0 && this.test[i] === 0 && this.labelOf(i) === NO_ANSWER;
  }

  /** Images that somebody asked to see. */
  takeSet(images: readonly string[] | null): void {
    this.set = images && new Uint8Array(this.count);
    for (const id of images ?? []) {
      const i = this.numberOf(id);
      if (i !== undefined && this.set) this.set[i] = 1;
    }
  }

  isInSet(i: number): boolean {
    return this.set === null || this.set[i] === 1;
  }

  /** What this image counts as: a class, or one of the numbers beside (DIFFERENT: disputed). */
  labelOf(i: number): number {
    const own = this.isPending(i) ? (this.pending[i] ?? NO_ANSWER) : (this.own[i] ?? NO_ANSWER);
    const others = this.others[i] ?? NO_ANSWER;
    const said = together(own, others);
    return said === DIFFERENT && !this.isPending(i) ? (this.settled.get(i) ?? DIFFERENT) : said;
  }

  isPending(i: number): boolean {
    return this.pending[i] !== NOT_PENDING;
  }

  settle(i: number): void {
    this.pending[i] = NOT_PENDING;
  }

  /** Whether this annotator has any answer to an image, on the disk or on its way. */
  isAnswered(i: number): boolean {
    return this.own[i] !== NO_ANSWER || this.isPending(i);
  }

  /** Whether people and the model give it different classes. */
  isContradicted(i: number): boolean {
    const label = this.labelOf(i);
    return label >= 0 && this.predicted !== null && this.predicted[i] !== label;
  }

  private clear(): void {
    this.own.fill(NO_ANSWER);
    this.others.fill(NO_ANSWER);
    this.at.fill(0);
    this.flags.clear();
    this.reviewed.clear();
    this.by.clear();
    this.settled.clear();
  }
}

/** What this annotator and all others come to; a skip never outweighs a label. */
function together(own: number, others: number): number {
  if (others === NO_ANSWER || others === SKIPPED) return own === NO_ANSWER ? others : own;
  return own === NO_ANSWER || own === SKIPPED || own === others ? others : DIFFERENT;
}

export const isUnknown = (label: number): boolean => label === UNKNOWN_CLASS;
