import { l10n } from 'vscode';
import type { LabellingMethods, NewAnswer, UnsavedAnswer } from '../../shared/protocol/labelling';
import type { LabelEntry } from '../../shared/schema/labels';
import { isolated } from '../text';
import type { LabelTruth } from './labelTruth';
import type { Addition, LabelWriter } from './labelWriter';
import { nextTime } from './presses';
import type { ReplacedAnswers } from './replacedAnswers';

interface Surroundings {
  /** Reads the files now. */
  read(): Promise<void>;
  /** Reads them when there is time. */
  refresh(): void;
  changed(): void;
}

/**
 * Saves presses in their order. An answer counts when the engine says that it is on the disk; what is not is kept as
 * unsaved.
 */
export class Saving {
  readonly unsaved = new Map<string, UnsavedAnswer>();
  private queue: Promise<unknown> = Promise.resolve();
  private waiting = 0;

  constructor(
    private readonly truth: LabelTruth,
    private readonly writer: LabelWriter,
    private readonly replaced: () => ReplacedAnswers,
    private readonly around: Surroundings,
  ) {}

  /** Nothing is on its way to the disk, and nothing failed to get there. */
  get idle(): boolean {
    return this.waiting === 0 && this.unsaved.size === 0;
  }

  /** Does work after everything that was asked for before. */
  inOrder<T>(work: () => Promise<T>): Promise<T> {
    this.waiting++;
    const result = this.queue.then(work).finally(() => this.waiting--);
    this.queue = result.catch(() => {});
    return result;
  }

  /** Throws while nothing can be saved. */
  checkReady(): void {
    if (this.truth.paused !== null) throw new Error(this.truth.paused);
  }

  /** Saves the answers of one press, which share a time. */
  async answer(answers: readonly NewAnswer[]): Promise<LabellingMethods['answer']['result']> {
    const at = nextTime(this.truth.own, this.truth.images, Date.now());
    const entries: Record<string, LabelEntry> = {};
    let failure: string | null = null;
    for (const replace of [false, true]) {
      const group = answers.filter((answer) => answer.replace === replace);
      if (group.length === 0) continue;
      try {
        for (const { image, entry } of await this.save(group, at, replace)) entries[image] = entry;
      } catch (error) {
        failure ??= (error as Error).message;
      }
    }
    if (failure !== null) throw new Error(failure);
    return { entries, labelled: this.truth.labelled };
  }

  /** Flags images that have an answer, or takes their flags away (null). */
  async flag(images: readonly string[], flag: string | null): Promise<ReadonlyMap<string, LabelEntry>> {
    this.checkReady();
    const entries = new Map<string, LabelEntry>();
    for (const image of images) {
      const before = this.truth.own.get(image);
      if (!before)
        throw new Error(l10n.t('{0} has no answer yet; its flag is saved with the answer.', isolated(image)));
      const { flag: _, ...rest } = before;
      entries.set(image, flag === null ? rest : { ...rest, flag });
    }
    await this.writer.replace(entries);
    return entries;
  }

  drop(image: string): void {
    this.unsaved.delete(image);
    this.around.changed();
  }

  /** One request to the engine. What is not on the disk afterwards is remembered as unsaved, and throws. */
  private async save(answers: readonly NewAnswer[], at: string, overwrite: boolean): Promise<Addition[]> {
    for (const { image } of answers) this.unsaved.delete(image);
    const additions = answers.map((answer) => ({ image: answer.image, entry: entryOf(answer, at) }));
    let kept: readonly string[];
    try {
      // what is about to be replaced, as it is on the disk now: another window may have answered
      if (overwrite) await this.around.read();
      await this.replaced().remember(at, overwrite ? this.present(answers) : new Map());
      this.checkReady();
      kept = await this.writer.add(additions, overwrite);
    } catch (error) {
      for (const answer of answers) this.remember(answer, (error as Error).message);
      throw error;
    }
    if (kept.length === 0) return additions;
    const message = l10n.t(
      'Another window has answered {0} meanwhile; try again to replace that answer, or discard yours.',
      kept.map(isolated).join(', '),
    );
    for (const answer of answers) if (kept.includes(answer.image)) this.remember({ ...answer, replace: true }, message);
    this.around.refresh();
    throw new Error(message);
  }

  private present(answers: readonly NewAnswer[]): ReadonlyMap<string, LabelEntry> {
    const { own } = this.truth;
    return new Map(
      answers.flatMap(({ image }) => {
        const entry = own.get(image);
        return entry ? [[image, entry]] : [];
      }),
    );
  }

  private remember({ image, ...answer }: NewAnswer, message: string): void {
    this.unsaved.set(image, { ...answer, message });
    this.around.changed();
  }
}

function entryOf({ label, flag, seconds, source }: NewAnswer, at: string): LabelEntry {
  const took = Number.isFinite(seconds) ? Math.max(0, Math.round(seconds * 10) / 10) : 0;
  return {
    ...(label === null ? { skipped: true as const } : { label }),
    at,
    seconds: took,
    ...(flag === null ? {} : { flag }),
    ...(source === undefined || label === null ? {} : { source }),
  };
}
