import { randomUUID } from 'node:crypto';
import type { BatchAddress, LabellingMethods, LabellingState, ShownImage } from '../../shared/protocol/labelling';
import { places } from '../../shared/workspace/paths';
import { LabelWriter } from '../answers/labelWriter';
import { OneAtATime } from '../answers/oneAtATime';
import { type ReplacedAnswers, ReplacedByAnnotator } from '../answers/replacedAnswers';
import { Saving } from '../answers/saving';
import { undoLast } from '../answers/undo';
import type { EngineClient } from '../engine/engineClient';
import { BatchPictures } from './batchPictures';
import { batchState } from './batchState';
import { labellingTexts } from './labellingTexts';
import { ModelSuggestions } from './modelSuggestions';
import { Truth } from './truth';

/** What a session needs from the window it is shown in. */
export interface SessionSurroundings {
  readonly engine: EngineClient;
  /** Whose answers these are, asked anew for each. */
  annotator(): string;
  /** Whether an answer brings the next image, by the settings. */
  autoAdvance(): boolean;
  /** Address under which the page may load a file. */
  readonly uriOf: (path: string) => string;
  /** Called when the state has become another, unless the page knows by the answer to its own request. */
  changed(): void;
}

/** One batch being answered: what the files say, what is on its way to them, pictures and suggestions. */
export class LabellingSession {
  readonly truth: Truth;
  private readonly writer: LabelWriter;
  private readonly saving: Saving;
  private readonly replaced: () => ReplacedAnswers;
  private readonly suggestions: ModelSuggestions;
  private readonly pictures: BatchPictures;
  private readonly reading = new OneAtATime(() => this.read());
  private shown: ShownImage | null = null;

  constructor(
    readonly address: BatchAddress,
    directory: string,
    private readonly around: SessionSurroundings,
  ) {
    const { engine } = around;
    const { workspace, dataset, round } = address;
    const changed = () => around.changed();
    this.truth = new Truth(directory, round);
    const annotator = () => around.annotator();
    this.writer = new LabelWriter(this.truth, engine, address, annotator);
    const replaced = new ReplacedByAnnotator(directory);
    this.replaced = () => replaced.of(annotator());
    this.saving = new Saving(this.truth, this.writer, this.replaced, {
      read: () => this.read(),
      refresh: () => void this.refresh(),
      changed,
    });
    this.suggestions = new ModelSuggestions({
      ask: (token) => engine.run('suggest', { workspace, dataset, round }, { token }),
      changed,
    });
    this.pictures = new BatchPictures(this.truth, {
      make: async (images) => (await engine.request('images/files', { workspace, dataset, images: [...images] })).files,
      changed,
    });
  }

  /**
   * Whether a change of this file (its path, '/' separators) is most likely our own writing: reading it can wait, so that
   * it does not get in the way of the next press.
   */
  isOwnWriting(path: string): boolean {
    return this.writer.justNow && path.endsWith(`/${places.labelsOf(this.around.annotator())}`);
  }

  /** Whether everything asked for is answered on the disk and nothing is on its way there: the panel may show another. */
  get finished(): boolean {
    return this.truth.allAnswered && this.saving.idle;
  }

  /** Has the page show an image of the batch. */
  show(image: string): void {
    this.shown = { image, asked: randomUUID() };
    this.around.changed();
  }

  dispose(): void {
    this.reading.dispose();
    this.suggestions.dispose();
    this.pictures.dispose();
  }

  /** Reads the files again; calls that come meanwhile lead to one more reading. */
  refresh(): Promise<void> {
    return this.reading.run();
  }

  private async read(): Promise<void> {
    const { count } = this.writer;
    const changed = await this.truth.read(this.around.annotator(), () => this.writer.count !== count);
    if (changed === null) return this.reading.again();
    if (changed) this.around.changed();
    this.pictures.load();
  }

  state(): LabellingState {
    return {
      ...batchState(this.truth, this.pictures, this.around.uriOf),
      address: this.address,
      annotator: this.around.annotator(),
      unsaved: Object.fromEntries(this.saving.unsaved),
      suggestions: this.suggestions.state,
      autoAdvance: this.around.autoAdvance(),
      show: this.shown,
      texts: labellingTexts(),
    };
  }

  /** Saves the answers of one press. */
  answer({ answers }: LabellingMethods['answer']['params']): Promise<LabellingMethods['answer']['result']> {
    return this.saving.inOrder(() => this.saving.answer(answers));
  }

  flag(params: LabellingMethods['flag']['params']): Promise<LabellingMethods['flag']['result']> {
    return this.saving.inOrder(() => this.saving.flag(params));
  }

  undo(): Promise<LabellingMethods['undo']['result']> {
    return this.saving.inOrder(async () => {
      await this.read(); // another window may have saved a moment ago
      this.saving.checkReady();
      return undoLast(this.truth, this.writer, this.replaced());
    });
  }

  dropUnsaved({ image }: LabellingMethods['dropUnsaved']['params']): null {
    this.saving.drop(image);
    return null;
  }

  /** Switches the model's suggestions on or off. */
  suggest({ on }: LabellingMethods['suggest']['params']): null {
    this.suggestions.switch(on);
    return null;
  }

  async explainImage({ image }: LabellingMethods['explainImage']['params']): Promise<{ message: string }> {
    return { message: await this.pictures.explain(image) };
  }
}
