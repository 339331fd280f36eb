import { randomUUID } from 'node:crypto';
import type { BatchAddress, LabellingMethods, LabellingState, ShownImage } from '../../shared/protocol/labelling';
import { AnswersSession, type AnswersSurroundings } from '../answers/answersSession';
import { BatchPictures } from './batchPictures';
import { batchState } from './batchState';
import { labellingTexts } from './labellingTexts';
import { ModelSuggestions } from './modelSuggestions';
import { Truth } from './truth';

/** What a session needs from the window it is shown in. */
export interface SessionSurroundings extends AnswersSurroundings {
  /** Whether an answer brings the next image, by the settings. */
  autoAdvance(): boolean;
}

/** One batch being answered: what the files say, what is on its way to them, pictures and suggestions. */
export class LabellingSession extends AnswersSession<Truth, SessionSurroundings> {
  private readonly suggestions: ModelSuggestions;
  private readonly pictures: BatchPictures;
  private shown: ShownImage | null = null;

  constructor(
    private readonly batch: BatchAddress,
    directory: string,
    around: SessionSurroundings,
  ) {
    const { workspace, dataset, round } = batch;
    super({ workspace, dataset }, directory, new Truth(directory, round), around);
    const { engine } = around;
    const changed = () => around.changed();
    this.suggestions = new ModelSuggestions({
      ask: (token) => engine.run('suggest', { workspace, dataset, round }, { token }),
      changed,
    });
    this.pictures = new BatchPictures(this.truth, {
      make: async (images) => (await engine.request('images/files', { workspace, dataset, images: [...images] })).files,
      changed,
    });
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

  override dispose(): void {
    super.dispose();
    this.suggestions.dispose();
    this.pictures.dispose();
  }

  protected override follow(): void {
    this.pictures.load();
  }

  state(): LabellingState {
    return {
      ...batchState(this.truth, this.pictures, this.around.uriOf),
      address: this.batch,
      annotator: this.around.annotator(),
      unsaved: Object.fromEntries(this.saving.unsaved),
      suggestions: this.suggestions.state,
      autoAdvance: this.around.autoAdvance(),
      show: this.shown,
      texts: labellingTexts(),
    };
  }

  async flag({ image, flag }: LabellingMethods['flag']['params']): Promise<LabellingMethods['flag']['result']> {
    const entries = await this.saving.inOrder(() => this.saving.flag([image], flag));
    return { entry: entries.get(image)! };
  }

  /** Switches the model's suggestions on or off. */
  suggest({ on }: LabellingMethods['suggest']['params']): null {
    this.suggestions.switch(on);
    return null;
  }

  async explainImage({ image }: LabellingMethods['explainImage']['params']): Promise<{ message: string }> {
    return { message: this.around.whyHidden(this.pictures.pathOf(image)) ?? (await this.pictures.explain(image)) };
  }
}
