import {
  type BatchAddress,
  type BatchImage,
  type LabellingMethods,
  type LabellingState,
  type NewAnswer,
  PLAIN_FLAG,
  type Suggestion,
} from '../../src/shared/protocol/labelling';
import { REVIEWED } from '../../src/shared/reviewed';

/** What the page keeps over a reload: where it was, never an answer. */
export interface Kept {
  readonly address: BatchAddress;
  /** Id of the image shown. */
  readonly position: string | null;
  readonly grid: boolean;
  readonly pixels: boolean;
  /** Of the grid: the edge of a picture, and whether it is cut to a square. An older version kept none. */
  readonly cell?: number;
  readonly crop?: boolean;
  /** Whether a finished batch is being looked through. */
  readonly reviewing: boolean;
  /** Flags of images that have no answer yet; saved with the answer. */
  readonly draftFlags: Readonly<Record<string, string>>;
  /** The last time that an image was asked for from outside (`ShownImage.asked`); it was shown then. */
  readonly asked?: string | null;
}

/** Edges of a picture in the grid, in pixels. */
export const CELLS = { least: 64, most: 256, first: 104, step: 40 } as const;

/** Where an image stands. Each status has its own shape on the screen. */
export type Status = 'open' | 'others' | 'saving' | 'labelled' | 'skipped' | 'unsaved';

export interface ImageView {
  readonly id: string;
  readonly status: Status;
  /** This annotator's class, saved or on its way; null for a skip or none. */
  readonly label: string | null;
  readonly flag: string | null;
  /** Someone else gave another class; known only when this annotator has answered, so that nobody is led. */
  readonly conflict: { readonly annotator: string; readonly label: string } | null;
}

export interface Counts {
  readonly total: number;
  readonly answered: number;
  readonly labelled: number;
  readonly skipped: number;
  readonly flagged: number;
  readonly saving: number;
  readonly unsaved: number;
}

interface Pending {
  readonly press: number;
  readonly label: string | null;
  readonly flag: string | null;
}

/** A press on its way to the disk. */
export interface Press {
  readonly number: number;
  readonly answers: readonly NewAnswer[];
}

/**
 * What the page knows: the last whole state of the extension, the presses that it has not confirmed, and what the page
 * keeps for itself. No DOM in here.
 */
export class LabellingModel {
  position = 0;
  grid = false;
  pixels = false;
  crop = false;
  cell: number = CELLS.first;
  reviewing = false;
  private asked: string | null = null;
  private drafts = new Map<string, string>();
  private readonly pending = new Map<string, Pending>();
  private lastPress: Press | null = null;
  private presses = 0;
  private indices = new Map<string, number>();
  private placed = false;

  private whole: LabellingState;
  /** Counting goes over the whole batch, and several parts ask after each change. */
  private counted: Counts | null = null;
  private ordered: readonly number[] | null = null;

  private constructor(state: LabellingState) {
    this.whole = state;
  }

  private get current(): LabellingState {
    return this.whole;
  }

  private set current(state: LabellingState) {
    if (state.suggestions !== this.whole.suggestions || state.images !== this.whole.images) this.ordered = null;
    this.whole = state;
    this.counted = null;
  }

  /** The model of the first state, put where `kept` was; at the first image without an answer if that can't be. */
  static of(state: LabellingState, kept: Kept | undefined): LabellingModel {
    const model = new LabellingModel(state);
    const same = kept && JSON.stringify(kept.address) === JSON.stringify(state.address) ? kept : undefined;
    model.grid = same?.grid ?? false;
    model.pixels = same?.pixels ?? false;
    model.crop = same?.crop ?? false;
    model.resize(same?.cell ?? CELLS.first);
    model.reviewing = same?.reviewing ?? false;
    model.drafts = new Map(Object.entries(same?.draftFlags ?? {}));
    model.asked = same?.asked ?? null;
    model.receive(state, same?.position ?? null);
    return model;
  }

  get state(): LabellingState {
    return this.current;
  }

  get kept(): Kept {
    return {
      address: this.current.address,
      position: this.image(this.position)?.id ?? null,
      grid: this.grid,
      pixels: this.pixels,
      cell: this.cell,
      crop: this.crop,
      reviewing: this.reviewing,
      draftFlags: Object.fromEntries(this.drafts),
      asked: this.asked,
    };
  }

  /** Takes over a whole state; the image that is shown stays shown. */
  receive(state: LabellingState, position: string | null = this.image(this.position)?.id ?? null): void {
    this.current = state;
    this.indices = new Map(state.images.map(({ id }, i) => [id, i]));
    for (const id of this.drafts.keys()) if (!this.indices.has(id)) this.drafts.delete(id);
    const shown = position === null ? undefined : this.indices.get(position);
    if (shown !== undefined) this.position = shown;
    else if (!this.placed || this.position >= state.images.length) this.position = this.nextOpen(-1) ?? 0;
    this.placed = state.images.length > 0;
    const wanted = state.show && state.show.asked !== this.asked ? this.indices.get(state.show.image) : undefined;
    if (wanted === undefined) return;
    this.asked = state.show?.asked ?? null;
    this.grid = false;
    this.goTo(wanted);
  }

  /** Undefined outside the batch. */
  image(index: number): BatchImage | undefined {
    return this.current.images[index];
  }

  indexOf(id: string): number | undefined {
    return this.indices.get(id);
  }

  /** How an image of the batch stands. */
  view(index: number): ImageView {
    const image = this.image(index);
    if (!image) throw new RangeError(`The batch has no image ${index}.`);
    const { id } = image;
    const { answers, unsaved, others } = this.current;
    const pending = this.pending.get(id);
    const saved = get(answers, id);
    const failed = get(unsaved, id);
    const elsewhere = get(others, id) ?? [];
    const draft = this.drafts.get(id) ?? null;
    if (pending) return { id, status: 'saving', label: pending.label, flag: pending.flag, conflict: null };
    if (failed) return { id, status: 'unsaved', label: failed.label, flag: failed.flag, conflict: null };
    // what others said of an image that everybody answers is nothing to go by, and nothing to be led by
    if (!saved && (elsewhere.length === 0 || image.everybody))
      return { id, status: 'open', label: null, flag: draft, conflict: null };
    if (!saved) return { id, status: 'others', label: null, flag: draft, conflict: null };
    const other = elsewhere.find(({ label }) => label !== null && saved.label !== undefined && label !== saved.label);
    return {
      id,
      status: saved.skipped ? 'skipped' : 'labelled',
      label: saved.label ?? null,
      flag: saved.flag ?? null,
      conflict: other ? { annotator: other.annotator, label: other.label! } : null,
    };
  }

  counts(): Counts {
    this.counted ??= this.count();
    return this.counted;
  }

  private count(): Counts {
    const of: Record<Status, number> = { open: 0, others: 0, saving: 0, labelled: 0, skipped: 0, unsaved: 0 };
    let flagged = 0;
    const total = this.current.images.length;
    for (let i = 0; i < total; i++) {
      const { status, flag } = this.view(i);
      of[status]++;
      if (flag !== null && status !== 'open') flagged++;
    }
    return {
      total,
      answered: of.labelled + of.skipped + of.others,
      labelled: of.labelled,
      skipped: of.skipped,
      flagged,
      saving: of.saving,
      unsaved: of.unsaved,
    };
  }

  /** Whether every image has an answer on the disk. */
  get complete(): boolean {
    const { total, answered } = this.counts();
    return total > 0 && answered === total;
  }

  /** Whether to show that the batch is finished, in the place of an image. */
  get finished(): boolean {
    return this.complete && !this.reviewing;
  }

  /** The next image without an answer after `index`, going on at the start; undefined when there is none. */
  nextOpen(index: number): number | undefined {
    const n = this.current.images.length;
    for (let step = 1; step <= n; step++) {
      const i = (index + step + n) % n;
      if (this.view(i).status === 'open') return i;
    }
    return undefined;
  }

  /** What the model would answer for an image, where it is asked to say so. */
  suggestionFor(image: string): Suggestion | null {
    const { status, items } = this.current.suggestions;
    return (status === 'on' && get(items, image)) || null;
  }

  /**
   * The images in the order of the grid: with suggestions, those of one guess beside each other, the surest first, so that many
   * can be accepted at once.
   */
  get gridOrder(): readonly number[] {
    this.ordered ??= this.orderOfGrid();
    return this.ordered;
  }

  private orderOfGrid(): readonly number[] {
    const { images, classes } = this.current;
    const guesses = images.map(({ id }) => this.suggestionFor(id));
    const rank = (index: number) => {
      const at = classes.indexOf(guesses[index]?.label ?? '');
      return at < 0 ? classes.length : at;
    };
    const sureness = (index: number) => guesses[index]?.probability ?? 0;
    return images.map((_, index) => index).sort((a, b) => rank(a) - rank(b) || sureness(b) - sureness(a) || a - b);
  }

  /** The next image of the grid without an answer. */
  nextOpenInGrid(index: number): number | undefined {
    const order = this.gridOrder;
    const from = order.indexOf(index);
    return [...order.slice(from + 1), ...order.slice(0, from + 1)].find((i) => this.view(i).status === 'open');
  }

  resize(cell: number): void {
    this.cell = Math.max(CELLS.least, Math.min(CELLS.most, Math.round(cell)));
  }

  /**
   * A press: gives `label` (null: a skip; undefined: what is suggested) to images, takes the next image, and returns what to
   * send. Null when nothing can be answered now.
   */
  press(targets: readonly number[], label: string | null | undefined, seconds: number): Press | null {
    const images = label === undefined ? targets.filter((i) => this.suggestionFor(this.image(i)?.id ?? '')) : targets;
    if (this.current.paused !== null || images.length === 0) return null;
    const answers = images.map((index): NewAnswer => {
      const { id, status, flag } = this.view(index);
      const replace = status !== 'open' && status !== 'others';
      const answer = { image: id, flag, seconds: seconds / images.length, replace };
      if (label !== undefined) return { ...answer, label };
      return { ...answer, label: this.suggestionFor(id)?.label ?? null, source: REVIEWED };
    });
    const press = { number: ++this.presses, answers };
    this.begin(press);
    if (this.grid) return press;
    if (this.current.autoAdvance) this.position = this.after(this.position);
    else if (this.nextOpen(-1) === undefined) this.reviewing = true; // the image stays, also the last one
    return press;
  }

  /** What to send to save again what could not be saved. */
  retry(images: readonly string[]): Press | null {
    const answers = images.flatMap((image): NewAnswer[] => {
      const failed = get(this.current.unsaved, image);
      if (!failed) return [];
      const { message: _, ...answer } = failed;
      return [{ image, ...answer }];
    });
    if (answers.length === 0) return null;
    const press = { number: ++this.presses, answers };
    this.begin(press);
    return press;
  }

  private begin(press: Press): void {
    this.lastPress = press;
    this.counted = null;
    for (const { image, label, flag } of press.answers) this.pending.set(image, { press: press.number, label, flag });
  }

  private after(index: number): number {
    const last = this.current.images.length - 1;
    if (this.reviewing && this.nextOpen(index) === undefined) {
      if (index >= last) this.reviewing = false;
      return Math.min(index + 1, last);
    }
    return this.nextOpen(index) ?? index;
  }

  /** The extension has saved a press. */
  saved(press: Press, { entries, labelled }: LabellingMethods['answer']['result']): void {
    this.settle(press);
    for (const { image } of press.answers) this.drafts.delete(image);
    const unsaved = { ...this.current.unsaved };
    for (const image of Object.keys(entries)) delete unsaved[image];
    this.current = { ...this.current, labelled, answers: { ...this.current.answers, ...entries }, unsaved };
  }

  /** A press could not be saved; the state that came before this says what is on the disk. */
  failed(press: Press, message: string): void {
    this.settle(press);
    const unsaved = { ...this.current.unsaved };
    const { answers } = this.current;
    for (const { image, ...answer } of press.answers) {
      // of a press for many images, some may be on the disk
      const onDisk = get(answers, image);
      const same = onDisk && (onDisk.label ?? null) === answer.label && !get(unsaved, image);
      if (!same) unsaved[image] ??= { ...answer, message };
    }
    this.current = { ...this.current, unsaved };
    const [first] = press.answers;
    this.position = (first && this.indices.get(first.image)) ?? this.position;
  }

  /** Presses after this one for the same image have their own answer coming. */
  private settle(press: Press): void {
    this.counted = null;
    for (const { image } of press.answers)
      if (this.pending.get(image)?.press === press.number) this.pending.delete(image);
  }

  /** Images of the last press that could not be saved: to undo that press is to forget them. */
  get lastUnsaved(): readonly string[] {
    return this.lastPress?.answers.map(({ image }) => image).filter((id) => get(this.current.unsaved, id)) ?? [];
  }

  undone({ removed, restored, labelled }: LabellingMethods['undo']['result']): readonly string[] {
    const answers = { ...this.current.answers, ...restored };
    for (const [image, { flag }] of Object.entries(removed)) {
      delete answers[image];
      if (flag !== null) this.drafts.set(image, flag);
    }
    this.current = { ...this.current, labelled, answers };
    const images = [...Object.keys(removed), ...Object.keys(restored)];
    const first = Math.min(...images.map((image) => this.indices.get(image) ?? Number.POSITIVE_INFINITY));
    if (Number.isFinite(first)) this.position = first;
    return images;
  }

  /** Flags an image or takes the flag away. Returns what to send; null when the flag waits for the answer. */
  flag(index: number, flag: string | null): LabellingMethods['flag']['params'] | null {
    const { id, status } = this.view(index);
    const saved = get(this.current.answers, id);
    if (saved && (status === 'labelled' || status === 'skipped')) {
      const { flag: _, ...entry } = saved;
      this.current = {
        ...this.current,
        answers: { ...this.current.answers, [id]: flag === null ? entry : { ...entry, flag } },
      };
      return { image: id, flag };
    }
    if (status !== 'open' && status !== 'others') return null;
    this.counted = null;
    if (flag === null) this.drafts.delete(id);
    else this.drafts.set(id, flag);
    return null;
  }

  toggledFlag(index: number): string | null {
    return this.view(index).flag === null ? PLAIN_FLAG : null;
  }

  goTo(index: number): void {
    const last = this.current.images.length - 1;
    if (last < 0) return;
    this.position = Math.max(0, Math.min(last, index));
    // going on behind the last image ends a look at what is answered
    if (this.complete) this.reviewing = this.grid || index <= last;
  }
}

/** A record's own value: ids come from outside, and one may be called "constructor". */
function get<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
