import {
  type GalleryMethods,
  type GalleryState,
  type KeptGallery,
  NO_ANSWER,
  SKIPPED,
} from '../../src/shared/protocol/gallery';
import { type NewAnswer, PLAIN_FLAG } from '../../src/shared/protocol/labelling';
import { REVIEWED } from '../../src/shared/reviewed';
import { ImageColumns } from './columns';
import { filtered, isReview, SET_FILTER, testOf } from './filter';
import { byConfidence, byLikeness, byName, bySureness, bySuspicion, byTime, type Sort, sorts, together } from './order';
import { Selection } from './selection';

/** Edges of a picture in the grid, in pixels. */
export const SIZES = { least: 64, most: 256, first: 128, step: 32 } as const;

/** A press on its way to the disk. */
export interface Press {
  readonly images: readonly number[];
  /** The class that all are given, or null for a skip; undefined where each is given its prediction. */
  readonly label: string | null | undefined;
  readonly answers: readonly NewAnswer[];
}

const NO_IMAGES = new Int32Array(0);

/** What the page knows and shows. No DOM in here. */
export class GalleryModel {
  columns = new ImageColumns([], []);
  readonly selection = new Selection();
  /** Numbers of the images that are shown, in their order. */
  view: Int32Array = NO_IMAGES;
  /** Place in the view of the image that has the focus. */
  position = 0;
  large = false;
  size: number;
  filter: string;
  sort: Sort;
  text: string;
  /** The images that the columns are about; null before they are there. */
  digest: string | null = null;
  /** Images whose picture can't be seen; they are not labelled. */
  readonly invisible = new Set<number>();
  private readonly orders = new Map<Sort, Int32Array>();
  private lastPress: Press | null = null;
  /** Id of the image to go to when the images are there. */
  private wanted: string | null;
  /** Key of the set that it last turned to. */
  private set: number | null;

  private constructor(
    public state: GalleryState,
    kept: KeptGallery | undefined,
  ) {
    const same = kept && JSON.stringify(kept.address) === JSON.stringify(state.address) ? kept : undefined;
    this.filter = same?.filter ?? 'all';
    const sort = sorts.find((name) => name === same?.sort) ?? 'name';
    this.sort = sort === 'similar' && state.likeness.status === 'none' ? 'name' : sort;
    this.text = same?.text ?? '';
    this.size = clamped(same?.size ?? SIZES.first, SIZES.least, SIZES.most);
    this.large = same?.large ?? false;
    this.wanted = same?.image ?? null;
    this.set = same?.set ?? null;
    this.takeSet();
  }

  static of(state: GalleryState, kept: KeptGallery | undefined): GalleryModel {
    return new GalleryModel(state, kept);
  }

  get kept(): KeptGallery {
    const { filter, sort, text, size, large, set } = this;
    const image = this.columns.ids[this.current ?? -1] ?? this.wanted;
    return { address: this.state.address, filter, sort, text, size, large, set, image };
  }

  /** Number of the image that has the focus; undefined where nothing is shown. */
  get current(): number | undefined {
    return this.view[this.position];
  }

  /** Takes over a whole state. */
  receive(state: GalleryState): void {
    this.state = state;
    this.takeAnswers();
    this.takeSet();
    this.refresh();
    if (this.digest !== null) this.goToWanted();
  }

  /** Turns to a set of images that it has not shown yet. */
  private takeSet(): void {
    const { set } = this.state;
    this.columns.takeSet(set?.images ?? null);
    if (!set && this.filter === SET_FILTER) this.filter = 'all';
    if (!set || set.key === this.set) return;
    this.set = set.key;
    Object.assign(this, { filter: SET_FILTER, sort: set.sort, text: '', large: false, wanted: set.image });
    this.selection.clear();
    this.view = NO_IMAGES;
    this.position = 0;
  }

  takeImages({ digest, ids, test }: GalleryMethods['images']['result']): void {
    if (digest === this.digest) return;
    this.wanted ??= this.columns.ids[this.current ?? -1] ?? null;
    this.columns = new ImageColumns(ids, test);
    this.digest = digest;
    this.selection.reset(ids.length);
    this.invisible.clear();
    this.orders.clear();
    this.takeAnswers();
    this.columns.takeSet(this.state.set?.images ?? null);
    this.refresh();
    this.goToWanted();
  }

  private goToWanted(): void {
    const number = this.wanted === null ? undefined : this.columns.numberOf(this.wanted);
    this.wanted = null;
    if (number !== undefined) this.goToImage(number);
  }

  takePredictions(result: GalleryMethods['predictions']['result'] | null): void {
    if (result && result.digest !== this.digest) return;
    if (result) this.columns.takePredictions(result);
    else this.columns.predicted = this.columns.probability = null;
    this.orders.delete('confidence');
    this.orders.delete('sure');
    this.refresh();
  }

  takeSuspicions(result: GalleryMethods['suspicions']['result']): void {
    if (result.digest !== this.digest) return;
    this.columns.takeSuspicions(result);
    this.orders.delete('suspicion');
    this.refresh();
  }

  takeLikeness(result: GalleryMethods['likeness']['result']): void {
    if (result.digest !== this.digest) return;
    this.columns.takeLikeness(result);
    this.orders.delete('similar');
    this.refresh();
    if (this.sort === 'similar') this.goTo(0);
  }

  takeDuplicates(result: GalleryMethods['duplicates']['result']): void {
    if (result.digest !== this.digest) return;
    this.columns.takeDuplicates(result);
    this.refresh();
  }

  private takeAnswers(): void {
    if (this.state.digest === this.digest) this.columns.take(this.state.answers);
    this.orders.delete('time');
  }

  /** Filters and orders anew; the focus stays on its image, or in its place. */
  refresh(): void {
    const { current, columns } = this;
    const test = testOf(this.filter, columns, this.state.classes);
    this.view = this.grouped(filtered(this.order(), test, this.text, columns));
    const at = current === undefined ? -1 : this.view.indexOf(current);
    this.position = at >= 0 ? at : clamped(this.position, 0, Math.max(0, this.view.length - 1));
    if (this.view.length === 0) this.large = false;
  }

  /** Predictions are looked over class by class, and what looks the same is seen side by side. */
  private grouped(view: Int32Array): Int32Array {
    if (this.filter === 'review') return together(view, (i) => this.columns.predictionOf(i));
    return this.filter === 'duplicates' ? together(view, (i) => this.columns.group?.[i] ?? 0) : view;
  }

  private order(): Int32Array {
    const make = makers[this.sort];
    const order = this.orders.get(this.sort) ?? make(this.columns);
    this.orders.set(this.sort, order);
    return order;
  }

  /** Shows others, or the same in another order; a selection of what is not shown any more would surprise. */
  show(change: Partial<Pick<GalleryModel, 'filter' | 'sort' | 'text'>>): void {
    Object.assign(this, change);
    if (change.sort === undefined) this.selection.clear();
    this.refresh();
  }

  goTo(position: number): void {
    this.position = clamped(position, 0, Math.max(0, this.view.length - 1));
  }

  private goToImage(image: number): void {
    const at = this.view.indexOf(image);
    if (at >= 0) this.position = at;
  }

  resize(size: number): void {
    this.size = clamped(Math.round(size), SIZES.least, SIZES.most);
  }

  /** What a class would be given to: what is selected, or the image with the focus. */
  get targets(): readonly number[] {
    if (!this.large && this.selection.size > 0) return [...this.selection.within(this.view)];
    return this.current === undefined ? [] : [this.current];
  }

  /** Of each class how many predictions wait to be looked over. */
  toReview(): readonly number[] {
    const counts = this.state.classes.map(() => 0);
    for (let i = 0; i < this.columns.count; i++) {
      const predicted = this.columns.predictionOf(i);
      if (predicted >= 0 && this.columns.isToReview(i)) counts[predicted] = (counts[predicted] ?? 0) + 1;
    }
    return counts;
  }

  /** Images of `targets` whose prediction can be accepted. */
  acceptable(images: readonly number[]): readonly number[] {
    return images.filter((i) => this.columns.predictionOf(i) >= 0);
  }

  /**
   * Answers `label` (null: a skip; undefined: what the model says) for images, and returns what to send; null when nothing can be
   * answered now. Whoever looks predictions over gives reviewed predictions, accepted or corrected.
   */
  press(images: readonly number[], label: string | null | undefined, seconds: number): Press | null {
    if (this.state.paused !== null || images.length === 0) return null;
    const { columns } = this;
    const { classes } = this.state;
    const isReviewed = label === undefined || (label !== null && isReview(this.filter));
    const labelOf = (i: number) => (label === undefined ? (classes[columns.predictionOf(i)] ?? null) : label);
    const answers = images.map(
      (i): NewAnswer => ({
        image: columns.ids[i] ?? '',
        label: labelOf(i),
        flag: columns.flags.get(i) ?? null,
        seconds: seconds / images.length,
        replace: columns.isAnswered(i),
        ...(isReviewed ? { source: REVIEWED } : {}),
      }),
    );
    for (const [k, i] of images.entries()) columns.pending[i] = this.classOf(answers[k]?.label ?? null);
    const step = !this.large && this.selection.size > 0 ? 0 : 1;
    const place = this.view.indexOf(images[0] ?? -1);
    this.selection.clear();
    this.advance(step, step === 0 && place >= 0 ? Math.min(place, this.position) : this.position);
    this.lastPress = { images, label, answers };
    return this.lastPress;
  }

  /** Images of the last press that could not be saved: to undo that press is to forget them. */
  get lastUnsaved(): readonly string[] {
    const pressed = this.lastPress?.answers.map(({ image }) => image) ?? [];
    return pressed.filter((image) => Object.hasOwn(this.state.unsaved, image));
  }

  /** To the next image, unless the one that was answered is not shown any more: then what takes its `place` is next. */
  private advance(step: number, place: number): void {
    const before = this.current;
    const { position } = this;
    this.refresh();
    this.goTo(this.current === before ? position + step : place);
  }

  /** A press is on the disk. */
  saved({ images }: Press, { entries }: GalleryMethods['answer']['result']): void {
    this.settle(images);
    this.write(entries);
    const unsaved = { ...this.state.unsaved };
    for (const id of Object.keys(entries)) delete unsaved[id];
    this.state = { ...this.state, unsaved };
    this.refresh();
  }

  /** It is not; the state that came before this says what is on the disk. */
  failed({ images }: Press): void {
    this.settle(images);
    this.refresh();
  }

  /** What is on the disk after an undo; these images are selected, to be given another class. */
  undone({ removed, restored }: GalleryMethods['undo']['result']): readonly string[] {
    this.write(restored);
    for (const id of Object.keys(removed)) {
      const i = this.columns.numberOf(id);
      if (i === undefined) continue;
      this.columns.own[i] = NO_ANSWER;
      this.columns.at[i] = 0;
      this.columns.flags.delete(i);
      this.columns.reviewed.delete(i);
      this.columns.by.get(this.state.annotator)?.delete(i);
    }
    const ids = [...Object.keys(removed), ...Object.keys(restored)];
    const numbers = ids.flatMap((id) => this.columns.numberOf(id) ?? []);
    this.orders.delete('time');
    this.refresh();
    const [first] = numbers;
    if (first !== undefined) this.goToImage(first);
    this.selection.clear();
    if (numbers.length > 1) this.selection.add(numbers.filter((i) => this.view.includes(i)));
    return ids;
  }

  /** Answers that could not be saved, as one press for each class. */
  retries(): Press[] {
    const byLabel = new Map<string | null, [number, NewAnswer][]>();
    for (const [image, { message: _, ...answer }] of Object.entries(this.state.unsaved)) {
      const i = this.columns.numberOf(image);
      if (i !== undefined) byLabel.set(answer.label, [...(byLabel.get(answer.label) ?? []), [i, { image, ...answer }]]);
    }
    return [...byLabel].map(([label, all]) => {
      const index = this.classOf(label);
      for (const [i] of all) this.columns.pending[i] = index;
      return { label, images: all.map(([i]) => i), answers: all.map(([, answer]) => answer) };
    });
  }

  /** What to send to flag what is chosen, or to take the flags away where all have one; empty where none has an answer. */
  flagging(): GalleryMethods['flag']['params'] {
    const answered = this.targets.filter((i) => this.columns.own[i] !== NO_ANSWER);
    const isFlagged = answered.every((i) => this.columns.flags.has(i));
    return { images: answered.map((i) => this.columns.ids[i] ?? ''), flag: isFlagged ? null : PLAIN_FLAG };
  }

  flagged({ entries }: GalleryMethods['flag']['result']): void {
    this.write(entries);
    this.refresh();
  }

  private classOf(label: string | null): number {
    return label === null ? SKIPPED : this.state.classes.indexOf(label);
  }

  private settle(images: readonly number[]): void {
    for (const i of images) this.columns.settle(i);
  }

  private write(entries: GalleryMethods['answer']['result']['entries']): void {
    const { by, reviewed } = this.columns;
    const mine = by.get(this.state.annotator) ?? new Set<number>();
    by.set(this.state.annotator, mine);
    for (const [id, { label, at, flag, source }] of Object.entries(entries)) {
      const i = this.columns.numberOf(id);
      if (i === undefined) continue;
      const own = this.classOf(label ?? null);
      if (label === undefined) mine.delete(i);
      else mine.add(i);
      if (source === REVIEWED) reviewed.add(i);
      else reviewed.delete(i);
      this.columns.own[i] = own;
      if (own !== this.columns.settled.get(i)) this.columns.settled.delete(i); // a differing answer opens a dispute again
      this.columns.at[i] = Date.parse(at);
      if (flag === undefined) this.columns.flags.delete(i);
      else this.columns.flags.set(i, flag);
    }
    this.orders.delete('time');
  }
}

const makers = {
  name: byName,
  time: byTime,
  confidence: byConfidence,
  sure: bySureness,
  suspicion: bySuspicion,
  similar: byLikeness,
} as const;

const clamped = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value));
