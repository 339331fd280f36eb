import type { DatasetAddress } from '../../shared/protocol/engine';
import type { LabellingMethods } from '../../shared/protocol/labelling';
import { places } from '../../shared/workspace/paths';
import type { EngineClient } from '../engine/engineClient';
import type { LabelTruth } from './labelTruth';
import { LabelWriter } from './labelWriter';
import { OneAtATime } from './oneAtATime';
import { type ReplacedAnswers, ReplacedByAnnotator } from './replacedAnswers';
import { Saving } from './saving';
import { undoLast } from './undo';

/** What a session needs from the window it is shown in. */
export interface AnswersSurroundings {
  readonly engine: EngineClient;
  /** Whose answers these are, asked anew for each. */
  annotator(): string;
  /** Address under which the page may load a file. */
  readonly uriOf: (path: string) => string;
  /** Why the page may not load a file, as a sentence; null where it may. */
  readonly whyHidden: (path: string | null) => string | null;
  /** Called when the state has become another, unless the page knows by the answer to its own request. */
  changed(): void;
}

/** Images of a dataset being answered: what the files say, and what is on its way to them. */
export abstract class AnswersSession<T extends LabelTruth, A extends AnswersSurroundings = AnswersSurroundings> {
  protected readonly saving: Saving;
  private readonly writer: LabelWriter;
  private readonly replaced: () => ReplacedAnswers;
  private readonly reading = new OneAtATime(() => this.read());

  constructor(
    readonly address: DatasetAddress,
    protected readonly directory: string,
    readonly truth: T,
    protected readonly around: A,
  ) {
    const annotator = () => around.annotator();
    this.writer = new LabelWriter(truth, around.engine, address, annotator);
    const replaced = new ReplacedByAnnotator(directory);
    this.replaced = () => replaced.of(annotator());
    this.saving = new Saving(truth, this.writer, this.replaced, {
      read: () => this.read(),
      refresh: () => void this.refresh(),
      changed: () => around.changed(),
    });
  }

  /**
   * Whether a change of this file (its path, '/' separators) is most likely our own writing: reading it can wait, so that
   * it does not get in the way of the next press.
   */
  isOwnWriting(path: string): boolean {
    return this.writer.justNow && path.endsWith(`/${places.labelsOf(this.around.annotator())}`);
  }

  dispose(): void {
    this.reading.dispose();
  }

  /** Reads the files again; calls that come meanwhile lead to one more reading. */
  refresh(): Promise<void> {
    return this.reading.run();
  }

  /** What follows from what the files say. */
  protected abstract follow(): void | Promise<void>;

  private async read(): Promise<void> {
    const { count } = this.writer;
    const changed = await this.truth.read(this.around.annotator(), () => this.writer.count !== count);
    if (changed === null) return this.reading.again();
    if (changed) this.around.changed();
    await this.follow();
  }

  /** Saves the answers of one press. */
  answer({ answers }: LabellingMethods['answer']['params']): Promise<LabellingMethods['answer']['result']> {
    return this.saving.inOrder(() => this.saving.answer(answers));
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
}
